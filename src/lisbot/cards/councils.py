"""The councils, their years and their register."""

from collections.abc import Sequence

from lisbot.cards.sheet import Data, row, section, sheet, table
from lisbot.cards.viewer import Viewer, button
from lisbot.council.bodies import BodyView, Linked, deputies, holder, seat_name
from lisbot.council.kinds import ChangeState, MinutesState
from lisbot.council.meetings import Year
from lisbot.council.models import Meeting, Seat, SeatChange
from lisbot.council.pages import BodyStatus
from lisbot.council.register import Register
from lisbot.texts import short_date


def overview(bodies: Sequence[BodyStatus], viewer: Viewer) -> Data:
    t = viewer.t
    columns = ("body", "next", "due", "waiting", "silent", "unanswered", "votes")
    return sheet(
        t("sheet.overview.title"),
        subtitle=t("sheet.overview.count", count=len(bodies)),
        sections=[
            section(
                table=table(
                    [t(f"sheet.overview.{name}") for name in columns],
                    [(f"/body/{s.body.id}", overview_cells(s, viewer)) for s in bodies],
                )
            ),
            section(
                t("sheet.overview.attend_to"),
                rows=[r for s in bodies for r in attend_to(s, viewer)],
            ),
        ],
        buttons=[button(viewer, "year.load", ask=True), button(viewer, "log.verify")],
        href="/overview",
    )


def overview_cells(s: BodyStatus, viewer: Viewer) -> list[str]:
    late = [(what, day) for what, day in s.due if day <= viewer.today]
    what, day = min(late or s.due, key=lambda due: due[1], default=("", None))
    due = viewer.t(f"sheet.due.{what}", day=short_date(viewer.lang, day)) if day else ""
    return [
        s.body.name,
        short_date(viewer.lang, s.next.held_on) if s.next else "–",
        due,
        *(str(n) if n else "–" for n in (s.waiting, s.silent, s.unanswered, s.open_votes)),
    ]


def attend_to(s: BodyStatus, viewer: Viewer) -> list[Data]:
    """What waits for the secretariat in one body, each with where to do it."""
    t, found = viewer.t, []

    def add(task: str, href: str, status: str, *buttons: Data) -> None:
        found.append(row(task, s.body.name, href=href, status=status, buttons=buttons))

    held = s.minutes
    if held and held.minutes is MinutesState.NONE and held.starts_at <= viewer.at:
        start = button(viewer, "minutes.start", style="positive", meeting_id=held.id)
        add(t("sheet.overview.begin_minutes", day=held.held_on), f"/meeting/{held.id}", "attention", start)
    if s.waiting and s.next:
        href = f"/show/proposal.list?meeting_id={s.next.id}"
        add(t("sheet.overview.proposals_wait", count=s.waiting), href, "warning")
    if s.changes:
        add(t("sheet.overview.changes_wait", count=s.changes), f"/body/{s.body.id}/register", "warning")
    for what, day in s.due:
        meeting = held if what == "minutes" else s.next
        if day <= viewer.today and meeting:
            task = t(f"sheet.due.{what}", day=short_date(viewer.lang, day))
            href = f"/meeting/{meeting.id}/minutes" if what == "minutes" else f"/meeting/{meeting.id}"
            add(task[:1].upper() + task[1:], href, "attention" if what != "deadline" else "warning")
    return found


def body(shown: BodyView, viewer: Viewer) -> Data:
    t, b = viewer.t, shown.body
    unset = t("sheet.body.not_set")

    def days(number: int | None) -> str:
        return unset if number is None else t("sheet.body.days", count=number)

    rules = [
        (t("sheet.body.authority"), viewer.say(b.authority)),
        (t("sheet.body.mandate_by"), b.mandate_by or ""),
        (t("sheet.body.mandate_on"), viewer.say(b.mandate_on)),
        (t("sheet.body.meetings_per_year"), str(b.meetings_per_year or unset)),
        (t("sheet.body.quorum"), viewer.say(b.quorum) or unset),
        (t("sheet.body.majority"), viewer.say(b.majority) or unset),
        (t("sheet.body.escalates_to"), b.escalates_to or unset),
        (t("sheet.body.call_days"), days(b.call_days)),
        (t("sheet.body.deadline_days"), days(b.deadline_days)),
        (t("sheet.body.notice_days"), days(b.notice_days)),
        (t("sheet.body.minutes_days"), days(b.minutes_days)),
    ]
    return sheet(
        b.name,
        subtitle=f"{b.secretariat.name} · {b.region}",
        sections=[
            section(
                t("sheet.body.meetings"),
                lines=() if shown.meetings else [t("sheet.body.no_meetings")],
                rows=[meeting_row(m, viewer) for m in shown.meetings],
                buttons=[
                    button(viewer, "year.show", body_id=b.id),
                    button(viewer, "year.plan", ask=True, body_id=b.id)
                    if viewer.can("year.plan", b.id)
                    else None,
                ],
            ),
            section(
                t("sheet.body.votes"),
                rows=[
                    row(
                        v.question,
                        viewer.t("sheet.mine.closes", at=viewer.say(v.closes_at)) if v.closes_at else "",
                        href=f"/show/vote.show?vote_id={v.id}",
                        buttons=[button(viewer, "vote.show", vote_id=v.id)],
                    )
                    for v in shown.votes
                ],
            ),
            section(t("sheet.body.seats"), rows=[seat_row(seat, shown, viewer) for seat in b.seats]),
            section(t("sheet.body.rules"), facts=rules),
        ],
        buttons=[
            button(viewer, "register.show", body_id=b.id),
            button(viewer, "vote.open", ask=True, body_id=b.id) if viewer.can("vote.open", b.id) else None,
        ],
        href=f"/body/{b.id}",
        body_id=b.id,
    )


def seat_row(seat: Seat, shown: BodyView, viewer: Viewer) -> Data:
    person = holder(seat, shown.today)
    stand_ins = ", ".join(p.name for p in deputies(seat, shown.today))
    return row(
        person.name if person else viewer.t("sheet.body.vacant"),
        seat_name(seat),
        " · ".join(
            part
            for part in (
                viewer.say(seat.standing),
                viewer.t("sheet.body.chairs") if seat.chairs else "",
                viewer.t("sheet.body.deputies", names=stand_ins) if stand_ins else "",
            )
            if part
        ),
        status="" if person else "warning",
    )


def meeting_row(m: Meeting, viewer: Viewer) -> Data:
    return row(
        viewer.say(m.held_on),
        f"{m.starts:%H:%M}–{m.ends:%H:%M}" + (f", {m.place}" if m.place else ""),
        stage(m, viewer),
        href=f"/meeting/{m.id}",
    )


def stage(m: Meeting, viewer: Viewer) -> str:
    """How far a meeting has come, in a few words."""
    t = viewer.t
    if m.cancelled_at:
        return t("sheet.stage.cancelled", reason=m.cancel_reason or "")
    if m.minutes is not MinutesState.NONE:
        return viewer.say(m.minutes)
    if m.ends_at <= viewer.at:
        return t("sheet.stage.held")
    if m.published_at:
        return t("sheet.stage.published")
    if m.is_call_open:
        return t("sheet.stage.call_open", day=m.call_closes_on)
    if m.call_closed_at:
        return t("sheet.stage.call_closed")
    if m.call_opens_on:
        return t("sheet.stage.call_opens", day=m.call_opens_on)
    return t("sheet.stage.planned")


def year(shown: Year, viewer: Viewer) -> Data:
    t, b = viewer.t, shown.body
    usual = b.meetings_per_year
    held = sum(m.cancelled_at is None for m in shown.meetings)
    return sheet(
        t("sheet.year.title", body=b.name, year=shown.year),
        lines=[t("sheet.year.usual", count=usual, held=held) if usual else ""],
        sections=[
            section(
                lines=() if shown.meetings else [t("sheet.year.empty")],
                rows=[
                    meeting_row(m, viewer)
                    | {
                        "buttons": [
                            button(viewer, "meeting.move", ask=True, meeting_id=m.id),
                            button(viewer, "meeting.cancel", ask=True, meeting_id=m.id),
                        ]
                        if viewer.can("meeting.move", b.id) and not m.cancelled_at and m.ends_at > viewer.at
                        else []
                    }
                    for m in shown.meetings
                ],
            )
        ],
        buttons=[
            button(viewer, "year.plan", ask=True, body_id=b.id) if viewer.can("year.plan", b.id) else None,
            button(viewer, "year.show", title=str(shown.year - 1), body_id=b.id, year=shown.year - 1),
            button(viewer, "year.show", title=str(shown.year + 1), body_id=b.id, year=shown.year + 1),
        ],
        href=f"/year?body_id={b.id}&year={shown.year}",
        up=f"/body/{b.id}",
        body_id=b.id,
    )


def years(shown: Sequence[Year], viewer: Viewer) -> Data:
    return sheet(
        viewer.t("sheet.year.planned"),
        sections=[
            section(
                viewer.t("sheet.year.title", body=y.body.name, year=y.year),
                rows=[meeting_row(m, viewer) for m in y.meetings],
            )
            for y in shown
        ],
        href="/overview",
    )


def register(shown: Register, viewer: Viewer) -> Data:
    t, b = viewer.t, shown.body
    keeps = viewer.can("seat.approve", b.id)
    return sheet(
        t("sheet.register.title", body=b.name),
        subtitle=t("sheet.register.on", day=shown.today),
        sections=[
            section(
                t("sheet.register.changes"),
                rows=[
                    row(
                        change.name,
                        t("sheet.register.from", day=change.from_on),
                        href=f"/show/seat.show?change_id={change.id}",
                        status="warning",
                        buttons=[button(viewer, "seat.show", change_id=change.id)],
                    )
                    for change in shown.changes
                ],
            ),
            section(rows=[history(seat, shown, viewer, keeps) for seat in b.seats]),
        ],
        href=f"/body/{b.id}/register",
        up=f"/body/{b.id}",
        body_id=b.id,
    )


def history(seat: Seat, shown: Register, viewer: Viewer, keeps: bool) -> Data:
    """A seat with everybody who has held it. Addresses are the secretariat's and one's own."""
    t = viewer.t
    told = []
    for term in sorted(seat.terms, key=lambda term: (term.rank, term.from_on)):
        who = term.person.name
        if keeps or term.person_id == viewer.by.id:
            who += f" <{term.person.email}>" if term.person.email else f" ({t('sheet.register.no_email')})"
        what = t("sheet.register.deputy", rank=term.rank) if term.rank else t("sheet.register.main")
        until = viewer.say(term.to_on) if term.to_on else t("sheet.register.now")
        told.append(f"{what}: {who}, {viewer.say(term.from_on)} – {until}")
    mine = any(h.seat_id == seat.id or h.organisation_id == seat.organisation_id for h in viewer.by.holds)
    may = viewer.can("seat.report", shown.body.id) and (keeps or mine)
    return row(
        seat_name(seat),
        "\n".join(told) or t("sheet.body.vacant"),
        viewer.say(seat.standing),
        status="" if holder(seat, shown.today) else "warning",
        buttons=[button(viewer, "seat.report", ask=True, seat_id=seat.id) if may else None],
    )


def change(c: SeatChange, viewer: Viewer) -> Data:
    t, body_id = viewer.t, c.seat.body_id
    settle = c.state is ChangeState.REPORTED and viewer.can("seat.approve", body_id)
    return sheet(
        t("sheet.change.title", seat=seat_name(c.seat)),
        subtitle=c.seat.body.name,
        facts=[
            (t("sheet.change.state"), viewer.say(c.state)),
            (t("arg.name"), c.name),
            (t("arg.email"), c.email),
            (t("arg.from_on"), viewer.say(c.from_on)),
            (t("arg.rank"), t("sheet.register.deputy", rank=c.rank) if c.rank else t("sheet.register.main")),
            (t("arg.anchored_by"), c.anchored_by),
            (t("sheet.change.reported_by"), c.reported_by.name),
            (t("arg.reason"), c.reason or ""),
        ],
        buttons=[
            button(viewer, "seat.approve", change_id=c.id) if settle else None,
            button(viewer, "seat.return", ask=True, change_id=c.id) if settle else None,
            button(viewer, "register.show", body_id=body_id),
        ],
        href=f"/show/seat.show?change_id={c.id}",
    )


def room(shown: Linked, viewer: Viewer) -> Data:
    key = "linked" if shown.linked else "unlinked"
    return sheet(
        shown.body.name,
        lines=[viewer.t(f"sheet.room.{key}", body=shown.body.name)],
        href=f"/body/{shown.body.id}",
    )
