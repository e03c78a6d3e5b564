"""Whether somebody's name and address may be published: decided here, once, for every page, feed and export that
anybody may read.

A consent counts from when it is given until it is withdrawn or expires; given to a text that a newer one has taken the
place of, until the day that the newer one sets. Another legal basis counts as long as it is recorded. Whoever has
none stands nowhere by name: the seat and its organisation do.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, or_

from lisbot.council.enums import ConsentPurpose, LegalBasis
from lisbot.council.models import Consent, ConsentText, Person, table

PURPOSE = ConsentPurpose.ROSTER


def is_text_replaced(text_id: Any, on: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Returns the condition that consent to a text counts no more on a day: a newer one has said so."""
    own, newer = table(ConsentText).alias().c, table(ConsentText).alias().c
    return exists().where(
        own.id == text_id,
        newer.secretariat_id == own.secretariat_id,
        newer.purpose == own.purpose,
        newer.version > own.version,
        newer.former_until < on,
    )


def counts(consent: Any, on: date | SQLColumnExpression[date], at: datetime | Any) -> ColumnElement[bool]:
    """Returns the condition that a consent, or another basis, counts on a day, as it stands at a moment."""
    return and_(
        consent.purpose == PURPOSE,
        consent.given_at <= at,
        or_(consent.withdrawn_at.is_(None), consent.withdrawn_at > at),
        or_(consent.expires_on.is_(None), consent.expires_on >= on),
        or_(consent.basis != LegalBasis.CONSENT, ~is_text_replaced(consent.text_id, on)),
    )


def may_be_published(
    person_id: Any, secretariat_id: Any, on: date | SQLColumnExpression[date], at: datetime | Any
) -> ColumnElement[bool]:
    """Returns the condition that a person's name and address may be published by a secretariat on a day.

    Source: GDPR articles 6(1) and 7; Helse Sør-Øst, mandate of Samordningsrådet: «kreves det samtykke til publisering
    av navn og e-postadresse».
    """
    consent, person = table(Consent).alias().c, table(Person).alias().c
    return and_(
        exists().where(
            consent.person_id == person_id, consent.secretariat_id == secretariat_id, counts(consent, on, at)
        ),
        ~exists().where(person.id == person_id, person.erased_at.is_not(None)),
    )


def has_other_basis(
    person_id: Any, secretariat_id: Any, on: date | SQLColumnExpression[date], at: datetime | Any
) -> ColumnElement[bool]:
    """Returns the condition that another basis than consent counts for a person: they are not asked, since their answer
    would change nothing."""
    consent = table(Consent).alias().c
    return exists().where(
        consent.person_id == person_id,
        consent.secretariat_id == secretariat_id,
        consent.basis != LegalBasis.CONSENT,
        counts(consent, on, at),
    )
