"""The text that people are asked to consent to: each version in three languages, never changed once it is there."""

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import BodyId, Day, Number, Prefill, Prose
from lisbot.council.core.views import AllowedAction
from lisbot.council.models import Body, ConsentText
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.consent_bases import ask_people, current_text, seats_of_people, without_basis
from lisbot.council.register.publishing import PURPOSE
from lisbot.council.register.views.consents import ConsentTextVersion, ConsentTextView
from lisbot.texts import LANGUAGES, text


async def show(act: Act, *, body_id: BodyId) -> ConsentTextView:
    """See the text that a council's people are asked to consent to, and what it was before. Returns
    ConsentTextView."""
    return await text_view(act, await get_body_for(act, body_id))


async def text_view(act: Act, body: Body) -> ConsentTextView:
    versions = await act.db.scalars(
        select(ConsentText)
        .where(ConsentText.secretariat_id == body.secretariat_id, ConsentText.purpose == PURPOSE)
        .order_by(ConsentText.version.desc())
    )
    names = ("consent_text.publish", "consent.list")
    return ConsentTextView(
        body_ref(act, body),
        body.secretariat.name,
        tuple(
            ConsentTextVersion(each.version, each.nb, each.nn, each.en, each.made_at, each.former_until, each.months)
            for each in versions
        ),
        tuple(AllowedAction(name, {"body_id": body.id}) for name in names if act.allows(name, body.id)),
    )


async def publish_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    """The text as it is, or the first one suggested in each language."""
    body = await get_body_for(act, body_id)
    newest = await current_text(act, body.secretariat_id)
    suggested = {lang: text(lang, "consent_text.suggested", secretariat=body.secretariat.name) for lang in LANGUAGES}
    values = {lang: getattr(newest, lang) for lang in LANGUAGES} if newest else suggested
    return Prefill(about=body.secretariat.name, values={**values, "months": newest.months if newest else None})


async def publish(
    act: Act,
    *,
    body_id: BodyId,
    nb: Prose,
    nn: Prose,
    en: Prose,
    months: Number | None = None,
    former_until: Day | None = None,
) -> ConsentTextView:
    """Publish a new version of the text, in three languages, and ask everybody with a seat in the secretariat's
    councils for consent to it. Those who consented to the version before stay published until the day that is set.

    Returns ConsentTextView. Raises Invalid where the text is as it was, or the day has been.
    """
    body = await get_body_for(act, body_id)
    newest = await current_text(act, body.secretariat_id)
    if newest is not None and (newest.nb, newest.nn, newest.en, newest.months) == (nb, nn, en, months):
        raise Invalid("consent_text_same", field="nb")
    if former_until is not None and former_until < act.today:
        raise Invalid("former_until_past", field="former_until")
    made = ConsentText(
        secretariat_id=body.secretariat_id,
        purpose=PURPOSE,
        version=(newest.version if newest else 0) + 1,
        nb=nb,
        nn=nn,
        en=en,
        made_at=act.at,
        made_by_id=act.by_id,
        former_until=former_until if newest else None,
        months=months,
    )
    act.db.add(made)
    await act.db.flush()
    seats = await seats_of_people(act, Body.secretariat_id == body.secretariat_id)
    wanted = await without_basis(act, body.secretariat_id, seats, made.id)
    asked = await ask_people(act, made, {person: seat for person, seat in seats.items() if person in wanted}, body.id)
    act.ask_first("asks_for_consent", count=len(asked))
    if made.former_until is not None:
        act.ask_first("former_consent_ends", day=made.former_until)
    act.concerns(f"body:{body.id}")
    return await text_view(act, body)
