"""An agenda and its items."""

from collections.abc import Iterable

from lisbot.cards.letterhead import letterhead
from lisbot.cards.meetings.references import up_to, when
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Link, Opens, Row, Sheet, action, actions, chips, goes_to, joined, section, sheet
from lisbot.cards.votes import item_vote_line
from lisbot.council.cases.views import ItemStatementLine
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import NoticeState
from lisbot.council.meetings.durations import meeting_minutes, planned_minutes
from lisbot.council.meetings.views import (
    AgendaChange,
    AgendaItemLine,
    AgendaView,
    ItemGuest,
    ItemVote,
    MeetingRef,
    MeetingView,
    OwnVisit,
)
from lisbot.texts import format_time


def join_link(link: str, viewer: Viewer) -> list[Link]:
    return [Link(viewer.t("card.meeting.join"), link)] if link else []


def change_lines(changes: Iterable[AgendaChange], viewer: Viewer) -> list[str]:
    return [viewer.t(f"agenda_change.{change.kind}", title=change.title) for change in changes]


def item_row(item: AgendaItemLine, ref: MeetingRef, viewer: Viewer) -> Row:
    """Returns an item. Its case opens to those who see more of the council than its agendas."""
    t = viewer.t
    title = t("card.agenda.withheld_item") if item.is_withheld else item.title
    asked = t("card.agenda.asked", wording=item.wording) if item.wording else ""
    duration = t("card.duration_minutes", count=item.duration_minutes) if item.duration_minutes else ""
    results = [item_vote_line(vote, viewer) for vote in item.votes]
    return Row(
        joined(item.number, title, by=" "),
        joined(
            item.background,
            asked,
            *item.links,
            *statement_lines(item.statements, viewer),
            *guest_lines(item.guests, viewer),
            *results,
            by="\n",
        ),
        duration,
        mark=joined(f"{item.place}.", format_time(viewer.lang, item.starts) if item.starts else "", by=" "),
        opens=Opens("case.show", {"case_id": item.case_id}) if item.case_id and ref.body.may_view else None,
        actions=tuple(vote_button(vote, ref, viewer) for vote in item.votes),
        chips=chips(
            viewer.say(item.kind) if item.number else "", t("card.confidential_mark") if item.confidential else ""
        ),
        quiet=actions(viewer, item.actions),
    )


def statement_lines(statements: Iterable[ItemStatementLine], viewer: Viewer) -> list[str]:
    """Returns what organisations state of an item before the meeting."""
    return [viewer.t("card.agenda.statement", organisation=each.organisation, words=each.text) for each in statements]


def guest_lines(guests: Iterable[ItemGuest], viewer: Viewer) -> list[str]:
    """Returns who comes to an item without a seat."""
    return [viewer.t("card.agenda.guest", guest=guest_name(each, viewer)) for each in guests]


def guest_name(guest: ItemGuest, viewer: Viewer) -> str:
    """Returns a guest by name and from where, with their answer where that is told."""
    name = joined(guest.name, guest.affiliation, by=", ")
    return name if guest.state is None else f"{name} ({viewer.say(guest.state)})"


def item_rows(items: Iterable[AgendaItemLine], ref: MeetingRef, viewer: Viewer) -> list[Row]:
    """Returns the items, each with the break after it."""
    rows = []
    for item in items:
        rows.append(item_row(item, ref, viewer))
        if item.break_minutes:
            rows.append(Row(viewer.t("card.agenda.break", count=item.break_minutes)))
    return rows


def time_line(items: Iterable[AgendaItemLine], ref: MeetingRef, viewer: Viewer) -> str:
    """Returns how much of the meeting's time its items and breaks take, and what that leaves or lacks."""
    if not (planned := planned_minutes(items)):
        return ""
    length = meeting_minutes(ref)
    key = "card.agenda.over_time" if planned > length else "card.agenda.time"
    return viewer.t(key, planned=planned, length=length)


def confidential_line(items: Iterable[AgendaItemLine], viewer: Viewer) -> str:
    """Returns what confidential means, on an agenda where something is."""
    return viewer.t("card.confidential") if any(item.confidential for item in items) else ""


def vote_button(vote: ItemVote, ref: MeetingRef, viewer: Viewer) -> Action:
    title = "" if viewer.allows("vote.cast", ref.body.id) else viewer.t("card.vote.show_question")
    if not vote.is_open:
        title = viewer.t("card.vote.show_result")
    return goes_to(viewer, "vote.show", title=title, vote_id=vote.id)


def no_items(view: MeetingView | AgendaView, viewer: Viewer, *, arranges: bool) -> str:
    """Returns why an agenda is empty: to those who arrange it, that it is, and to others that it is not sent."""
    if view.items:
        return ""
    return viewer.t("card.meeting.no_items" if arranges else "card.meeting.not_published")


def agenda_actions(
    view: MeetingView | AgendaView, allowed: Iterable[AllowedAction], viewer: Viewer, *, takes_items: bool = False
) -> list[Action]:
    """Returns what may be done to an agenda. To send it stands out once there is something on it and no more is waited
    for."""
    again = viewer.t("card.agenda.tell_changes") if view.notice is NoticeState.CHANGED else ""
    style = "positive" if view.items and not takes_items else "default"
    return [
        action(viewer, each, title=again, style=style) if each.command == "notice.send" else action(viewer, each)
        for each in allowed
    ]


def visit_answers(visit: OwnVisit, viewer: Viewer) -> list[Action]:
    """Returns the buttons by which somebody who may come without a seat says whether they do."""
    return [
        Action(viewer.t(f"card.agenda.visit_{each.arguments['response']}"), each.command, each.arguments)
        for each in visit.actions
    ]


def agenda(view: AgendaView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    sees_meeting = ref.body.may_view
    return sheet(
        t("card.agenda.title", body=ref.body.name),
        subtitle=when(ref, viewer),
        lines=[
            no_items(view, viewer, arranges=bool(view.actions)),
            confidential_line(view.items, viewer),
            time_line(view.items, ref, viewer) if view.actions else "",
            *change_lines(view.changes, viewer),
            t("card.agenda.may_visit", body=view.visit.of_body) if view.visit else "",
        ],
        links=join_link(view.link, viewer),
        facts=[
            (t("arg.place"), ref.place if sees_meeting or view.visit else ""),
            (t("card.agenda.visit"), viewer.say(view.visit.response) if view.visit else ""),
        ],
        letterhead=letterhead(
            ref.body, "notice" if view.notice is not NoticeState.DRAFT else "agenda_draft", viewer, goes_out=True
        ),
        sections=[
            section(
                rows=item_rows(view.items, ref, viewer),
                actions=agenda_actions(view, view.actions, viewer),
            )
        ],
        actions=[
            goes_to(viewer, "meeting.show", meeting_id=ref.id) if sees_meeting else None,
            *(visit_answers(view.visit, viewer) if view.visit else ()),
        ],
        opens=Opens("agenda.show", {"meeting_id": ref.id}),
        up=up_to(ref),
    )
