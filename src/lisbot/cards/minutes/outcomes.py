"""What came of an item, and the register of it all."""

from lisbot.cards.meetings.references import days_of, up_to
from lisbot.cards.minutes.items import sides_row
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Chip,
    Opens,
    Row,
    Sheet,
    actions,
    chips,
    goes_to,
    joined,
    section,
    sheet,
)
from lisbot.council.enums import OutcomeKind
from lisbot.council.minutes.views import (
    AnswerLine,
    OutcomeLine,
    OutcomesView,
    OutcomeView,
)
from lisbot.texts import date_and_name


def outcome(view: OutcomeView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    command = "minutes.show" if view.has_minutes else "meeting.show"
    return sheet(
        joined(view.number, view.title, by=" "),
        subtitle=date_and_name(viewer.lang, ref.body.name, days_of(ref)),
        facts=[
            (t("card.minutes.outcome"), viewer.say(view.outcome)),
            (t("arg.words"), view.outcome_text),
            (t("arg.agreement"), viewer.say(view.agreement)),
        ],
        lines=[t("card.confidential") if view.confidential else "", postponed_line(view, viewer)],
        sections=[section(rows=sides_row(view.sides, viewer))],
        actions=[
            *actions(viewer, view.actions),
            goes_to(viewer, "minutes.show", meeting_id=ref.id) if view.has_minutes else None,
        ],
        opens=Opens(command, {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def postponed_line(view: OutcomeView, viewer: Viewer) -> str:
    """Returns where a postponed case goes: to a meeting, or to the council's list."""
    if view.outcome is not OutcomeKind.POSTPONED:
        return ""
    if view.to_meeting_on is not None:
        return viewer.t("card.outcome.postponed_to", day=view.to_meeting_on)
    return viewer.t("card.outcome.waits") if view.is_case else ""


def outcomes(view: OutcomesView, viewer: Viewer) -> Sheet:
    t = viewer.t
    asked = {"text": view.text, "body_id": view.body_id, "year": view.year, "kind": view.kind}
    return sheet(
        t("card.outcomes.title"),
        subtitle=joined(
            t("card.outcomes.found", count=len(view.found)),
            view.text,
            viewer.say(view.kind),
            str(view.year or ""),
        ),
        lines=[
            t("card.outcomes.more") if view.has_more else "",
            "" if view.found or view.answers else t("card.outcomes.none_means"),
            t("card.confidential") if has_confidential(view) else "",
        ],
        sections=[
            section(rows=[outcome_row(line, viewer) for line in view.found]),
            section(t("card.outcomes.answers"), rows=[answer_row(line, viewer) for line in view.answers]),
        ],
        actions=[
            Action(t("command.outcome.search.button"), "outcome.search", asks=viewer.asks("outcome.search", {})),
        ],
        opens=Opens("outcome.search", {name: value for name, value in asked.items() if value}),
    )


def has_confidential(view: OutcomesView) -> bool:
    return any(line.confidential for line in view.found) or any(line.confidential for line in view.answers)


def answer_row(line: AnswerLine, viewer: Viewer) -> Row:
    return Row(
        joined(line.number, line.title, by=" "),
        line.text,
        joined(joined(line.body, line.receiver, by=" → "), viewer.say(line.on)),
        chips=chips(
            viewer.say(line.kind),
            viewer.t("card.confidential_mark") if line.confidential else "",
            Chip(viewer.t("card.outcomes.corrected") if line.is_corrected else "", "warning"),
            viewer.t("card.outcomes.holds") if line.corrects else "",
        ),
        opens=Opens("referral.show", {"referral_id": line.referral_id}),
    )


def outcome_row(line: OutcomeLine, viewer: Viewer) -> Row:
    ref = line.meeting
    return Row(
        joined(line.number, line.title, by=" "),
        line.outcome_text,
        date_and_name(viewer.lang, ref.body.name, days_of(ref)),
        chips=chips(
            viewer.say(line.outcome),
            viewer.t("card.confidential_mark") if line.confidential else "",
            Chip(viewer.t("card.minutes.under_correction") if line.is_corrected else "", "warning"),
        ),
        opens=Opens("case.show", {"case_id": line.case_id}),
    )
