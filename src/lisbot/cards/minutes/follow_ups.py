"""What organisations are to follow up, and what they have answered."""

from datetime import date

from lisbot.cards.consultations.consultations import brief
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Opens, Row, Sheet, actions, capitalised, goes_to, joined, section, sheet
from lisbot.council.cases.views import FollowUpLine
from lisbot.council.enums import FollowUpState, OutcomeKind
from lisbot.council.minutes.views import PLANNED, FollowUpsView, FollowUpTask


def follow_ups(view: FollowUpsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    overdue = [each for each in view.found if each.is_overdue]
    to_come = [each for each in view.found if not each.is_overdue and not each.line.done_on]
    unanswered = [each for each in to_come if each.line.state is FollowUpState.OPEN]
    answered = [each for each in to_come if each.line.state is not FollowUpState.OPEN]
    done = [each for each in view.found if each.line.done_on]
    asked = {"body_id": view.body_id, "done": view.done}
    sections = [
        (t("card.follow_up.overdue"), overdue),
        (t("card.follow_up.open"), unanswered),
        (t("card.follow_up.answered_already"), answered),
    ]
    return sheet(
        t("card.follow_up.title"),
        lines=[
            *([] if view.found else [t("card.follow_up.nothing"), t("card.follow_up.none_means")]),
            t("card.outcomes.more") if view.has_more else "",
        ],
        sections=[
            section(heading, rows=[follow_up_task_row(each, viewer) for each in found])
            for heading, found in [*sections, (t("card.follow_up.is_done"), done)]
        ],
        actions=[
            goes_to(viewer, "follow_up.list", title=t("card.follow_up.also_done"), done=True) if not view.done else None
        ],
        opens=Opens("follow_up.list", {name: value for name, value in asked.items() if value}),
        up=Opens("worklist.show", {}),
    )


def follow_up_task_row(task: FollowUpTask, viewer: Viewer, *, with_buttons: bool = True) -> Row:
    """Returns what is to be followed up, by whom and when, and from which item."""
    line, ref = task.line, task.meeting
    case = joined(task.number, task.title, by=" ")
    return Row(
        line.what or case,
        joined(
            joined(line.organisation, ref.body.name, case if line.what else ""),
            "" if line.what else what_came(task.outcome, task.outcome_text, viewer),
            "" if line.what else what_is_asked(line.state, ref.body.name, task.answer_by, viewer),
            line.words,
            "" if task.is_represented else viewer.t("card.carry_through.nobody"),
            by="\n",
        ),
        follow_up_note(line, viewer),
        "good" if line.done_on else "attention" if task.is_overdue else "",
        opens=Opens("minutes.show", {"meeting_id": ref.id})
        if line.what
        else Opens("carry_through.show", {"body_id": ref.body.id, "year": ref.held_on.year}),
        actions=(*actions(viewer, line.actions), *to_seats(ref.body.id, task.is_represented, viewer))
        if with_buttons
        else (),
    )


def to_seats(body_id: int, is_represented: bool, viewer: Viewer) -> list[Action]:
    """Returns the button to a body's seats, for whoever can give one that nobody holds to somebody."""
    if is_represented or not viewer.allows("body.show_settings", body_id):
        return []
    return [goes_to(viewer, "body.show_settings", title=viewer.t("card.follow_up.seats"), body_id=body_id)]


def what_came(outcome: OutcomeKind | None, outcome_text: str, viewer: Viewer) -> str:
    """Returns what came of a case, which organisations are asked about."""
    return joined(capitalised(str(viewer.say(outcome))) if outcome else "", brief(outcome_text), by=": ")


def what_is_asked(state: FollowUpState, body: str, answer_by: date | None, viewer: Viewer) -> str:
    """Returns what an organisation is asked that has nothing to do by the minutes, until it has answered: by whom, and
    before which meeting."""
    if state is not FollowUpState.OPEN:
        return ""
    by = viewer.t("card.follow_up.before_meeting", day=answer_by) if answer_by else ""
    return joined(viewer.t("card.follow_up.what_was_done", body=body), by, by=" ")


def follow_up_row(follow_up: FollowUpLine, viewer: Viewer) -> Row:
    return Row(
        viewer.t("card.minutes.follow_up", organisation=follow_up.organisation),
        joined(follow_up.what, follow_up.words, by="\n"),
        follow_up_note(follow_up, viewer),
        "good" if follow_up.done_on else "",
        quiet=actions(viewer, follow_up.actions),
    )


def follow_up_note(line: FollowUpLine, viewer: Viewer) -> str:
    """Returns by when it is to be done, or what was answered, when, and by whom."""
    if line.state not in (FollowUpState.OPEN, FollowUpState.DONE):
        return answer_note(line.state, line.answer_on or line.done_on, line.answered_by, viewer)
    if line.done_on:
        return viewer.t("card.follow_up.done", day=line.done_on, name=line.done_by)
    return viewer.t("card.minutes.by", day=line.due_on) if line.due_on else ""


def answer_note(state: FollowUpState, day: date | None, name: str, viewer: Viewer) -> str:
    """Returns what was answered, perhaps with its day, and by whom: «Tatt opp i linjen 3. mars 2027, meldt av …». Of a
    day to come that it is planned, of such a one that has passed that it has."""
    words = capitalised(str(viewer.say(state)))
    if day is None:
        return viewer.t("card.follow_up.answered_without_day", state=words, name=name)
    how = "answered" if state not in PLANNED else "answered_past" if day < viewer.today else "answered_planned"
    return viewer.t(f"card.follow_up.{how}", state=words, day=day, name=name)
