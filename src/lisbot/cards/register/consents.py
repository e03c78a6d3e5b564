"""Consent: what somebody is asked, what they have said, and how it stands with a council's people."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Section, Sheet, actions, goes_to, joined, section, sheet
from lisbot.council.enums import ConsentRequestState, ConsentStanding, ConsentState
from lisbot.council.register.views.consents import (
    ConsentLine,
    ConsentQuestion,
    ConsentsView,
    ConsentTextVersion,
    ConsentTextView,
    ConsentView,
    PersonConsent,
)
from lisbot.texts import format_day

GIVES = "consent.give"
STATUS = {
    ConsentStanding.GIVEN: "good",
    ConsentStanding.OTHER_BASIS: "good",
}


def consent(view: ConsentView, viewer: Viewer) -> Sheet:
    """Returns a person's own page: of one question, the question is the page."""
    t = viewer.t
    open_ones = [each for each in view.questions if each.state is ConsentRequestState.ASKED]
    alone = open_ones[0] if len(open_ones) == 1 else None
    questions = [each for each in view.questions if each is not alone]
    return sheet(
        t("card.consent.asked" if alone else "card.consent.title"),
        subtitle=alone.secretariat if alone else view.name,
        lines=question_lines(alone, viewer)
        if alone
        else []
        if view.given or questions
        else [t("card.consent.nothing")],
        answers=actions(viewer, alone.actions, positive={GIVES}) if alone else (),
        sections=[
            *(question_section(each, viewer) for each in questions),
            *(consent_section(each, viewer) for each in view.given),
        ],
        opens=Opens("consent.show", {}),
    )


def question_lines(question: ConsentQuestion, viewer: Viewer) -> list[str]:
    """Returns the exact text, and what is to be known beside it."""
    t = viewer.t
    return [
        t("card.consent.for_seat", seat=question.seat) if question.seat else "",
        question.words,
        t("card.consent.lasts", count=question.months) if question.months else t("card.consent.lasts_until_withdrawn"),
        t("card.consent.former_until", day=question.former_until) if question.former_until else "",
        t("card.consent.is_free"),
    ]


def question_section(question: ConsentQuestion, viewer: Viewer) -> Section:
    is_answered = question.state is ConsentRequestState.DECLINED
    return section(
        question.secretariat,
        lines=[question.words] if is_answered else question_lines(question, viewer),
        facts=[(viewer.t("card.consent.state"), viewer.say(question.state))] if is_answered else (),
        answers=() if is_answered else actions(viewer, question.actions, positive={GIVES}),
        actions=actions(viewer, question.actions) if is_answered else (),
    )


def consent_section(line: ConsentLine, viewer: Viewer) -> Section:
    """Returns a consent as it was given, and the button that takes it back."""
    t, say = viewer.t, viewer.say
    is_open = line.state in (ConsentState.GIVEN, ConsentState.OTHER_BASIS, ConsentState.OUTDATED)
    return section(
        line.secretariat,
        lines=[line.words],
        facts=[
            (t("card.consent.state"), say(line.state)),
            (t("card.consent.basis"), say(line.basis)),
            (t("card.consent.version"), str(line.version or "")),
            (t("card.consent.given_at"), f"{say(line.given_at)}, {t(f'card.consent.via.{line.given_via}')}"),
            (t("card.consent.expires_on"), say(line.expires_on)),
            (
                t("card.consent.withdrawn_at"),
                f"{say(line.withdrawn_at)}, {t(f'card.consent.via.{line.withdrawn_via}')}" if line.withdrawn_at else "",
            ),
        ],
        actions=actions(viewer, line.actions),
        is_detail=not is_open,
    )


def consents(view: ConsentsView, viewer: Viewer) -> Sheet:
    """Returns how it stands with each of a council's people, those first whose name may not be published."""
    t = viewer.t
    without = [each for each in view.people if STATUS.get(each.state) != "good"]
    with_basis = [each for each in view.people if STATUS.get(each.state) == "good"]
    text = t("card.consents.version", version=view.version) if view.version else t("card.consents.no_text")
    return sheet(
        t("card.consents.title", body=view.body.name),
        subtitle=text,
        state=t("card.consents.missing", count=len(without)),
        status="warning" if without else "good",
        sections=[
            section(t("card.consents.without"), rows=[person_row(each, viewer) for each in without]),
            section(t("card.consents.with"), rows=[person_row(each, viewer) for each in with_basis], folds=True),
        ],
        actions=[
            *actions(viewer, view.actions),
            goes_to(viewer, "consent_text.show", body_id=view.body.id),
            goes_to(viewer, "roster.show", body_id=view.body.id),
        ],
        opens=Opens("consent.list", {"body_id": view.body.id}),
        up=Opens("register.show", {"body_id": view.body.id}),
    )


def person_row(each: PersonConsent, viewer: Viewer) -> Row:
    t, lang = viewer.t, viewer.lang
    since = t("card.consents.since", at=each.since) if each.since else ""
    until = t("card.consents.until", day=format_day(lang, each.expires_on)) if each.expires_on else ""
    return Row(
        each.person.name,
        joined(each.seat, viewer.say(each.basis) if each.state is ConsentStanding.OTHER_BASIS else "", since, until),
        viewer.say(each.state),
        status=STATUS.get(each.state, "warning"),
        opens=Opens("person.show", {"person_id": each.person.id}),
        quiet=actions(viewer, each.actions),
    )


def consent_text(view: ConsentTextView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.consent_text.title", secretariat=view.secretariat),
        lines=() if view.versions else [t("card.consents.no_text")],
        sections=[version_section(each, viewer, is_newest=not n) for n, each in enumerate(view.versions)],
        actions=actions(viewer, view.actions),
        opens=Opens("consent_text.show", {"body_id": view.body.id}),
        up=Opens("register.show", {"body_id": view.body.id}),
    )


def version_section(version: ConsentTextVersion, viewer: Viewer, *, is_newest: bool) -> Section:
    t = viewer.t
    return section(
        t("card.consents.version", version=version.version),
        lines=[version.nb, version.nn, version.en],
        facts=[
            (t("card.consent_text.made_at"), viewer.say(version.made_at)),
            (t("card.consent_text.former_until"), viewer.say(version.former_until)),
            (t("arg.months"), str(version.months or "")),
        ],
        is_detail=not is_newest,
        folds=not is_newest,
    )
