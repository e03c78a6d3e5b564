"""Minutes, outcomes, and the register of them."""

from lisbot.cards.meetings import days_of, up_to, when
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Opens,
    Row,
    Section,
    Sheet,
    actions,
    goes_to,
    goes_to_sent,
    joined,
    section,
    sheet,
)
from lisbot.cards.votes import item_vote_line
from lisbot.council.cases.views import FollowUpLine
from lisbot.council.enums import MinutesState
from lisbot.council.minutes.views import (
    MinutesItem,
    MinutesView,
    OutcomeLine,
    OutcomesView,
    OutcomeView,
    PresenceLine,
)
from lisbot.texts import date_and_name, format_list


def minutes(view: MinutesView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    presence = [each for each in view.actions if each.command == "minutes.record_presence"]
    until = viewer.say(view.comments_until) if view.state is MinutesState.COMMENTS else ""
    approved = viewer.say(view.state_since) if view.state is MinutesState.APPROVED else ""
    return sheet(
        t("card.minutes.title", body=ref.body.name),
        subtitle=when(ref, viewer),
        state=viewer.say(view.state),
        status="good" if view.state is MinutesState.APPROVED else "",
        facts=[
            (t("card.minutes.until"), until),
            (t("card.minutes.approved_on"), approved),
            (t("arg.place"), ref.place),
        ],
        lines=[lacking_line(view, viewer), t("card.minutes.vote_open") if view.has_open_vote else ""],
        sections=[
            section(
                t("card.minutes.present"),
                lines=[presence_line(line, viewer) for line in view.present],
                actions=actions(viewer, presence),
            ),
            section(t("card.minutes.absent"), lines=[presence_line(line, viewer) for line in view.absent]),
            section(t("card.minutes.missing"), lines=[presence_line(line, viewer) for line in view.missing]),
            *(item_section(item, viewer) for item in view.items),
            section(
                t("card.minutes.comments"),
                rows=[Row(joined(c.name, c.organisation, by=", "), c.text, viewer.say(c.at)) for c in view.comments],
            ),
        ],
        actions=[*minutes_actions(view, viewer), goes_to_sent(viewer, ref.body.id, meeting_id=ref.id)],
        opens=Opens("minutes.show", {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def lacking_line(view: MinutesView, viewer: Viewer) -> str:
    """Returns what is to be done before the minutes can be approved, for whoever approves them."""
    titles = [joined(item.number, item.title, by=" ") for item in view.items if item.id in view.lacking]
    return viewer.t("card.minutes.lacking", titles=format_list(viewer.lang, titles)) if titles else ""


def minutes_actions(view: MinutesView, viewer: Viewer) -> tuple[Action, ...]:
    """Returns what may be done to the minutes as a whole. The next step stands out."""
    shown = [each for each in view.actions if each.command != "minutes.record_presence"]
    next_step = {MinutesState.DRAFT: "minutes.send", MinutesState.COMMENTS: "minutes.approve"}
    return actions(viewer, shown, positive=[next_step.get(view.state, "")])


def presence_line(line: PresenceLine, viewer: Viewer) -> str:
    """Returns who sat in a seat, and for whom: «Nils Vik (vara for Kari Berg), Overlege, Nord sykehus»."""
    who = line.name or viewer.t("card.body.vacant")
    if line.deputy_for:
        who += f" ({viewer.t('card.minutes.deputy_for', name=line.deputy_for)})"
    return f"{who}, {line.role}, {line.organisation}"


def item_section(item: MinutesItem, viewer: Viewer) -> Section:
    t = viewer.t
    if item.is_withheld:
        return section(joined(item.number, t("card.agenda.withheld_item"), by=" "), lines=["…"])
    is_written = bool(item.actions)
    silent = t("card.minutes.nothing_said") if not is_written and item.outcome is None else ""
    missing = t("card.minutes.no_outcome") if is_written and item.case_id else ""
    return section(
        joined(item.number, item.title, by=" "),
        lines=[item.discussed or silent, *(item_vote_line(vote, viewer) for vote in item.votes)],
        facts=[
            (t("card.minutes.outcome"), viewer.say(item.outcome) or missing),
            (t("arg.words"), item.outcome_text),
            (t("arg.agreement"), viewer.say(item.agreement)),
            (t("arg.sides"), item.sides),
        ],
        rows=[follow_up_row(follow_up, viewer) for follow_up in item.follow_ups],
        actions=actions(viewer, item.actions),
    )


def follow_up_row(follow_up: FollowUpLine, viewer: Viewer) -> Row:
    return Row(
        viewer.t("card.minutes.follow_up", organisation=follow_up.organisation),
        follow_up.what,
        viewer.t("card.minutes.by", day=follow_up.due_on) if follow_up.due_on else "",
    )


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
            (t("arg.sides"), view.sides),
        ],
        actions=[goes_to(viewer, "minutes.show", meeting_id=ref.id) if view.has_minutes else None],
        opens=Opens(command, {"meeting_id": ref.id}),
        up=up_to(ref),
    )


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
        lines=[t("card.outcomes.more") if view.has_more else ""],
        sections=[section(rows=[outcome_row(line, viewer) for line in view.found])],
        actions=[
            Action(t("command.outcome.search.button"), "outcome.search", asks=viewer.asks("outcome.search", {})),
        ],
        opens=Opens("outcome.search", {name: value for name, value in asked.items() if value}),
    )


def outcome_row(line: OutcomeLine, viewer: Viewer) -> Row:
    ref = line.meeting
    return Row(
        joined(line.number, line.title, by=" "),
        line.outcome_text,
        joined(viewer.say(line.outcome), ref.body.name, viewer.say(days_of(ref))),
        opens=Opens("case.show", {"case_id": line.case_id}),
    )
