"""Minutes, outcomes, and the register of them."""

from lisbot.cards.sheet import Data, row, section, sheet
from lisbot.cards.viewer import Viewer, button
from lisbot.cards.votes import outcome_line
from lisbot.council.answers import DEPUTY_THERE
from lisbot.council.kinds import Answer, MinutesState
from lisbot.council.minutes import Minutes
from lisbot.council.models import AgendaItem, Attendance, Vote
from lisbot.council.outcomes import Found


def minutes(shown: Minutes, viewer: Viewer) -> Data:
    t, m = viewer.t, shown.meeting
    writing = viewer.can("minutes.write", m.body_id) and m.minutes in (
        MinutesState.DRAFT,
        MinutesState.COMMENTS,
    )
    rows = sorted(m.attendances, key=lambda a: (a.seat.position, a.id))
    votes: dict[int | None, list[Vote]] = {}
    for vote in shown.votes:
        votes.setdefault(vote.item_id, []).append(vote)
    return sheet(
        t("sheet.minutes.title", body=m.body.name),
        subtitle=t("sheet.meeting.when", day=m.held_on, starts=m.starts, ends=m.ends),
        facts=[
            (t("sheet.minutes.state"), viewer.say(m.minutes)),
            (
                t("sheet.minutes.until"),
                viewer.say(m.comments_until) if m.minutes is MinutesState.COMMENTS else "",
            ),
            (
                t("sheet.minutes.approved_on"),
                viewer.say(m.minutes_at) if m.minutes is MinutesState.APPROVED else "",
            ),
            (t("arg.place"), m.place),
        ],
        sections=[
            section(
                t("sheet.minutes.present"),
                lines=[present(a, viewer) for a in rows if a.present],
                buttons=[button(viewer, "minutes.attend", ask=True, meeting_id=m.id) if writing else None],
            ),
            section(
                t("sheet.minutes.absent"),
                lines=[absent(a, viewer) for a in rows if not a.present and a.answer is Answer.ABSENT],
            ),
            section(
                t("sheet.minutes.missing"),
                lines=[absent(a, viewer) for a in rows if not a.present and a.answer is not Answer.ABSENT],
            ),
            *(item_section(item, votes.get(item.id, []), viewer, writing) for item in m.items),
            section(
                t("sheet.minutes.remarks") if m.minutes is not MinutesState.APPROVED else "",
                rows=[
                    row(
                        ", ".join(part for part in (r.name, r.organisation_name) if part),
                        r.text,
                        viewer.say(r.at),
                    )
                    for r in shown.remarks
                    if m.minutes is not MinutesState.APPROVED
                ],
            ),
        ],
        buttons=minutes_buttons(shown, viewer),
        href=f"/meeting/{m.id}/minutes",
        up=f"/meeting/{m.id}",
        meeting_id=m.id,
        body_id=m.body_id,
    )


def minutes_buttons(shown: Minutes, viewer: Viewer) -> list[Data | None]:
    m = shown.meeting
    secretary = viewer.can("minutes.approve", m.body_id)
    sent = m.minutes is MinutesState.COMMENTS
    commenting = viewer.can("minutes.comment", m.body_id) and sent
    return [
        button(viewer, "minutes.comment", ask=True, meeting_id=m.id) if commenting else None,
        button(viewer, "minutes.send", ask=True, style="positive", meeting_id=m.id)
        if secretary and m.minutes is MinutesState.DRAFT
        else None,
        button(viewer, "minutes.approve", style="positive" if sent else "default", meeting_id=m.id)
        if secretary and m.minutes in (MinutesState.DRAFT, MinutesState.COMMENTS)
        else None,
        button(viewer, "minutes.reopen", ask=True, meeting_id=m.id)
        if secretary and m.minutes is MinutesState.APPROVED
        else None,
    ]


def present(a: Attendance, viewer: Viewer) -> str:
    """Who sat in a seat, and for whom: «Nils Vik (vara for Kari Berg), Overlege, Nord sykehus»."""
    who = a.name
    if a.answer is Answer.ABSENT and a.deputy_answer in DEPUTY_THERE:
        who = f"{a.deputy_name} ({viewer.t('sheet.minutes.deputy_for', name=a.name)})"
    return f"{who}, {a.role}, {a.organisation_name}"


def absent(a: Attendance, viewer: Viewer) -> str:
    return f"{a.name or viewer.t('sheet.body.vacant')}, {a.role}, {a.organisation_name}"


def item_section(item: AgendaItem, votes: list[Vote], viewer: Viewer, writing: bool) -> Data:
    t = viewer.t
    number = item.case.label if item.case else ""
    if item.confidential and viewer.is_room:
        return section(f"{number} {t('sheet.agenda.confidential_item')}".strip(), lines=["…"])
    return section(
        f"{number} {item.title}".strip(),
        lines=[
            item.discussed or ("" if writing or item.outcome else t("sheet.minutes.nothing_said")),
            *(outcome_line(vote, viewer) for vote in votes),
        ],
        facts=[
            (
                t("sheet.minutes.outcome"),
                viewer.say(item.outcome) or (t("sheet.minutes.no_outcome") if writing and item.case else ""),
            ),
            (t("arg.words"), item.outcome_text),
            (t("arg.agreement"), viewer.say(item.agreement)),
            (t("arg.sides"), item.sides),
        ],
        rows=[
            row(
                t("sheet.minutes.follow_up", organisation=f.organisation_name),
                f.what,
                t("sheet.minutes.by", day=f.due_on) if f.due_on else "",
            )
            for f in item.followups
        ],
        buttons=[
            button(viewer, "minutes.write", ask=True, item_id=item.id),
            button(viewer, "outcome.record", ask=True, item_id=item.id),
            button(viewer, "minutes.follow_up", ask=True, item_id=item.id),
        ]
        if writing
        else (),
    )


def outcome(item: AgendaItem, viewer: Viewer) -> Data:
    t, m = viewer.t, item.meeting
    return sheet(
        f"{item.case.label} {item.title}" if item.case else item.title,
        subtitle=f"{m.body.name}, {viewer.say(m.held_on)}",
        facts=[
            (t("sheet.minutes.outcome"), viewer.say(item.outcome)),
            (t("arg.words"), item.outcome_text),
            (t("arg.agreement"), viewer.say(item.agreement)),
            (t("arg.sides"), item.sides),
        ],
        buttons=[
            button(viewer, "minutes.show", meeting_id=m.id) if m.minutes is not MinutesState.NONE else None
        ],
        href=f"/meeting/{m.id}/minutes" if m.minutes is not MinutesState.NONE else f"/meeting/{m.id}",
        meeting_id=m.id,
    )


def outcomes(found: Found, viewer: Viewer) -> Data:
    t = viewer.t
    return sheet(
        t("sheet.outcomes.title"),
        subtitle=t("sheet.outcomes.found", count=len(found.items)),
        lines=[t("sheet.outcomes.more") if found.more else ""],
        sections=[
            section(
                rows=[
                    row(
                        f"{item.case.label if item.case else ''} {item.title}".strip(),
                        item.outcome_text,
                        " · ".join(
                            part
                            for part in (
                                viewer.say(item.outcome),
                                item.meeting.body.name,
                                viewer.say(item.meeting.held_on),
                            )
                            if part
                        ),
                        href=f"/meeting/{item.meeting_id}/minutes",
                    )
                    for item in found.items
                ]
            )
        ],
        href="/outcomes",
        asked=found.asked,
        bodies=[(body.id, body.name) for body in found.bodies],
    )
