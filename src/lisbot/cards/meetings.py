"""A meeting: when and where, its agenda, who comes, and what is asked there."""

from collections.abc import Mapping, Sequence
from typing import Any

from lisbot.cards.councils import stage
from lisbot.cards.members import answer_buttons, deputy_buttons
from lisbot.cards.sheet import Data, row, section, sheet
from lisbot.cards.viewer import Viewer, button
from lisbot.cards.votes import outcome_line
from lisbot.council.agenda import Agenda, changes, outside, told
from lisbot.council.answers import Forecast, is_represented
from lisbot.council.bodies import holder
from lisbot.council.kinds import Answer, DeputyAnswer, ItemKind, MinutesState, Standing
from lisbot.council.meetings import MeetingView
from lisbot.council.models import Attendance, Meeting, Vote


def meeting(shown: MeetingView, viewer: Viewer) -> Data:
    t, m = viewer.t, shown.meeting
    arranging = viewer.can("agenda.publish", m.body_id)
    ahead = m.ends_at > viewer.at and not m.cancelled_at
    items = [told(item) for item in m.items] if arranging else (m.published or {}).get("items", [])
    hidden = {item.id for item in m.items if item.confidential} if viewer.is_room else set()
    if viewer.is_room:
        items = [outside(item, hidden) if item["id"] in hidden else item for item in items]
    drafts = {item.id for item in m.items}
    votes_of: dict[int | None, list[Vote]] = {}
    for vote in shown.votes:
        if vote.item_id in hidden:
            continue
        votes_of.setdefault(vote.item_id, []).append(vote)
    differences = changes(m) if arranging else []
    agenda_rows = [
        item_row(
            i,
            viewer,
            buttons=item_buttons(i, m, viewer, of := votes_of.get(i["id"], ()), gone=i["id"] not in drafts),
            votes=of,
        )
        for i in items
    ]
    return sheet(
        m.body.name,
        subtitle=t("sheet.meeting.when", day=m.held_on, starts=m.starts, ends=m.ends),
        lines=[t("sheet.stage.cancelled", reason=m.cancel_reason or "") if m.cancelled_at else ""],
        facts=[*where(m, viewer), (t("sheet.meeting.stage"), stage(m, viewer))],
        sections=[
            own_answer(m, viewer) if ahead and m.published_at else None,
            section(
                t("sheet.meeting.agenda_draft")
                if arranging and not m.published_at
                else t("sheet.meeting.agenda"),
                lines=[
                    t("sheet.meeting.not_published") if not items else "",
                    *(t(f"agenda_change.{key}", **values) for key, values in differences),
                ],
                rows=agenda_rows,
                buttons=agenda_buttons(m, viewer, bool(differences)) if arranging else (),
            ),
            answers(m, viewer) if arranging and m.published_at else None,
        ],
        buttons=meeting_buttons(m, viewer),
        href=f"/meeting/{m.id}",
        up=f"/body/{m.body_id}" if viewer.can("body.show", m.body_id) else "",
        meeting_id=m.id,
        body_id=m.body_id,
    )


def where(m: Meeting, viewer: Viewer) -> list[tuple[str, str]]:
    return [(viewer.t("arg.place"), m.place), (viewer.t("arg.link"), m.link)]


def own_answer(m: Meeting, viewer: Viewer) -> Data | None:
    """What this member has answered, or is asked."""
    t = viewer.t
    if viewer.is_room:
        return None
    mine = [a for a in m.attendances if viewer.by.id == answers_for(a, viewer)]
    asked = [a for a in m.attendances if a.deputy_id == viewer.by.id]
    if asked:
        answer = asked[0].deputy_answer
        return section(
            t("sheet.answer.deputy_for", name=asked[0].name),
            lines=[viewer.say(answer) if answer is not DeputyAnswer.ASKED else ""],
            buttons=deputy_buttons(viewer, m.id),
        )
    if not mine:
        return None
    a = mine[0]
    said = t("sheet.answer.yours", answer=a.answer) if a.answer else t("sheet.answer.not_yet")
    if a.deputy_name:
        said += " " + t("sheet.answer.with_deputy", name=a.deputy_name, answer=a.deputy_answer)
    return section(t("sheet.answer.title"), lines=[said], buttons=answer_buttons(viewer, m.id))


def answers_for(a: Attendance, viewer: Viewer) -> int | None:
    """Who answers the invitation for a seat: whoever holds it now."""
    person = holder(a.seat, viewer.today)
    return person.id if person else None


def item_row(
    i: Mapping[str, Any], viewer: Viewer, *, buttons: list[Data] | None = None, votes: Any = ()
) -> Data:
    t = viewer.t
    title = i["title"] or t("sheet.agenda.confidential_item")
    asked = i["wording"] and t("sheet.agenda.asked", wording=i["wording"])
    results = [outcome_line(vote, viewer) for vote in votes]
    return row(
        f"{i['number']} {title}".strip(),
        "\n".join(part for part in (i["background"], asked, i["links"], *results) if part),
        " · ".join(
            part
            for part in (
                viewer.say(ItemKind(i["kind"])) if i["number"] else "",
                t("sheet.minutes_long", count=i["minutes"]) if i["minutes"] else "",
                t("arg.confidential") if i["confidential"] else "",
            )
            if part
        ),
        buttons=buttons or (),
    )


def item_buttons(
    i: Mapping[str, Any], m: Meeting, viewer: Viewer, votes: Sequence[Vote] = (), gone: bool = False
) -> list[Data]:
    """What may be done with an item: votes for those who conduct them, the rest for the secretariat."""
    t = viewer.t
    found = [
        button(
            viewer,
            "vote.show",
            title="" if vote.closed_at is None else t("sheet.vote.show_result"),
            vote_id=vote.id,
        )
        for vote in votes
        if viewer.can("vote.show", m.body_id)
    ]
    if m.is_locked or m.cancelled_at or gone:
        return found
    if viewer.can("agenda.change", m.body_id):
        found += [
            button(viewer, "agenda.change", ask=True, item_id=i["id"]),
            *([button(viewer, "agenda.lift", item_id=i["id"])] if i["id"] != m.items[0].id else ()),
        ]
        if i["number"]:  # what has none stands on every agenda
            found.append(button(viewer, "agenda.remove", item_id=i["id"]))
    if viewer.can("vote.open", m.body_id) and i["number"]:
        found.append(button(viewer, "vote.open", ask=True, item_id=i["id"]))
    return found


def agenda_buttons(m: Meeting, viewer: Viewer, differs: bool) -> list[Data | None]:
    if m.is_locked or m.cancelled_at:
        return []
    ahead = m.ends_at > viewer.at
    again = viewer.t("sheet.agenda.tell_changes")
    return [
        button(viewer, "agenda.add", ask=True, meeting_id=m.id),
        button(viewer, "agenda.publish", style="positive", meeting_id=m.id)
        if ahead and not m.published_at
        else None,
        button(viewer, "agenda.publish", title=again, style="positive", meeting_id=m.id)
        if ahead and m.published_at and differs
        else None,
    ]


def meeting_buttons(m: Meeting, viewer: Viewer) -> list[Data | None]:
    may, held = viewer.can, m.held_on <= viewer.today
    secretary = may("agenda.publish", m.body_id)
    proposing = may("proposal.make", m.body_id) and not m.cancelled_at and m.ends_at > viewer.at
    readable = m.minutes in (MinutesState.COMMENTS, MinutesState.APPROVED)
    return [
        button(viewer, "proposal.make", ask=True, meeting_id=m.id) if proposing and not secretary else None,
        button(viewer, "call.show", meeting_id=m.id)
        if may("call.show", m.body_id) and viewer.by.id is not None
        else None,
        button(viewer, "proposal.list", meeting_id=m.id) if secretary else None,
        button(viewer, "minutes.start", style="positive", meeting_id=m.id)
        if secretary and held and m.minutes is MinutesState.NONE and not m.cancelled_at
        else None,
        button(viewer, "minutes.show", meeting_id=m.id)
        if readable or (secretary and m.minutes is not MinutesState.NONE)
        else None,
        button(viewer, "meeting.move", ask=True, meeting_id=m.id)
        if secretary and not m.cancelled_at and m.ends_at > viewer.at
        else None,
    ]


def answers(m: Meeting, viewer: Viewer) -> Data:
    counted = forecast(Forecast(m, sorted(m.attendances, key=lambda a: (a.seat.position, a.id))), viewer)
    return section(
        viewer.t("sheet.forecast.title"),
        facts=[(fact["title"], fact["value"]) for fact in counted["facts"]],
        rows=[r for s in counted["sections"] for r in s["rows"]],
    )


def forecast(shown: Forecast, viewer: Viewer) -> Data:
    t, m = viewer.t, shown.meeting
    quorum = shown.has_quorum
    said = t("sheet.body.not_set")
    if quorum is not None:
        said = f"{viewer.say(m.body.quorum)}: " + t(
            "sheet.forecast.enough" if quorum else "sheet.forecast.too_few"
        )
    return sheet(
        t("sheet.forecast.title"),
        subtitle=f"{m.body.name}, {viewer.say(m.held_on)}",
        facts=[
            (t("sheet.forecast.coming"), t("sheet.forecast.of", count=shown.coming, seats=len(shown.voting))),
            (t("sheet.body.quorum"), said),
        ],
        sections=[section(rows=[attendance_row(a, viewer) for a in shown.seats])],
        href=f"/meeting/{m.id}",
        meeting_id=m.id,
    )


def attendance_row(a: Attendance, viewer: Viewer) -> Data:
    t = viewer.t
    said = viewer.say(a.answer) if a.answer else t("sheet.forecast.silent")
    if a.answer is Answer.ABSENT and a.reason:
        said += f": {a.reason}"
    if a.deputy_name:
        said += ". " + t("sheet.answer.with_deputy", name=a.deputy_name, answer=a.deputy_answer)
    status = "good" if is_represented(a) else "warning" if a.answer is None else "attention"
    if a.seat.standing is not Standing.VOTING and status != "good":
        status = ""
    return row(
        a.name or t("sheet.body.vacant"),
        said,
        f"{a.role}, {a.organisation_name}",
        status=status,
    )


def agenda(shown: Agenda, viewer: Viewer) -> Data:
    t, m = viewer.t, shown.meeting
    arranging = viewer.can("agenda.change", m.body_id)
    return sheet(
        t("sheet.agenda.title", body=m.body.name),
        subtitle=t("sheet.meeting.when", day=m.held_on, starts=m.starts, ends=m.ends),
        lines=[
            t("sheet.meeting.not_published") if not shown.items else "",
            *(t(f"agenda_change.{key}", **values) for key, values in shown.changes),
        ],
        facts=where(m, viewer) if viewer.can("meeting.show", m.body_id) else (),
        sections=[
            section(
                rows=[
                    item_row(i, viewer, buttons=item_buttons(i, m, viewer) if arranging else None)
                    for i in shown.items
                ],
                buttons=agenda_buttons(m, viewer, bool(shown.changes)) if arranging else (),
            )
        ],
        buttons=[
            button(viewer, "meeting.show", meeting_id=m.id) if viewer.can("meeting.show", m.body_id) else None
        ],
        href=f"/meeting/{m.id}" if arranging else f"/show/agenda.show?meeting_id={m.id}",
        meeting_id=m.id,
    )
