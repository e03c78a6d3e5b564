"""The register: who represents whom, reported changes, linked channels, one's own settings."""

from collections.abc import Iterable
from datetime import date

from lisbot.cards.letterhead import letterhead
from lisbot.cards.roles import short_role
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Section, Sheet, actions, chips, goes_to, goes_to_sent, joined, section, sheet
from lisbot.council.enums import ChangeGap, SeatChangeState
from lisbot.council.register.views.bodies import RoomView
from lisbot.council.register.views.people import AccountView, LinkedAccount, PersonRecordView, PersonView
from lisbot.council.register.views.seat_changes import SeatChangeView
from lisbot.council.register.views.seats import RegisterView, SeatChangeRef, SeatHistory, TermLine
from lisbot.texts import format_day, format_list

APPROVE, REMIND = "seat_change.approve", "seat_change.remind"
CHANGE_STATUS = {
    SeatChangeState.REPORTED: "warning",
    SeatChangeState.APPROVED: "good",
    SeatChangeState.RETURNED: "attention",
}


def register(view: RegisterView, viewer: Viewer) -> Sheet:
    t, body = viewer.t, view.body
    return sheet(
        t("card.register.title", body=body.name),
        subtitle=t("card.register.on", day=view.on),
        sections=[
            section(
                t("card.register.changes"),
                rows=[change_row(change, viewer) for change in view.changes],
            ),
            *seats_by_organisation(view.seats, viewer),
            section(
                t("card.register.people"),
                rows=[Row(person.name, opens=Opens("person.show", {"person_id": person.id})) for person in view.people],
                is_detail=True,
                folds=True,
            ),
        ],
        actions=[
            goes_to(viewer, "register.look_back", body_id=body.id),
            goes_to(viewer, "consent.list", body_id=body.id) if viewer.allows("consent.list", body.id) else None,
            goes_to(viewer, "roster.show", body_id=body.id) if viewer.allows("roster.set", body.id) else None,
        ],
        letterhead=letterhead(body, "register", viewer),
        opens=Opens("register.show", {"body_id": body.id}),
        up=Opens("body.show", {"body_id": body.id}),
    )


def change_row(change: SeatChangeRef, viewer: Viewer) -> Row:
    """Returns a reported change: to which seat, who comes, and who goes."""
    return Row(
        change.name or viewer.t("card.seat_change.nobody"),
        joined(
            f"{rank_name(change.rank, viewer)}, {change.seat}",
            viewer.t("card.register.after", name=change.replaces) if change.replaces else "",
        ),
        viewer.t("card.register.from", day=format_day(viewer.lang, change.from_on)),
        status="warning",
        opens=Opens("seat_change.show", {"change_id": change.id}),
    )


def seats_by_organisation(seats: Iterable[SeatHistory], viewer: Viewer) -> list[Section]:
    """Returns the seats, each organisation's together under its name."""
    by_organisation: dict[str, list[SeatHistory]] = {}
    for seat in seats:
        by_organisation.setdefault(seat.organisation, []).append(seat)
    return [
        section(organisation, rows=[seat_history_row(seat, viewer) for seat in held], folds=True)
        for organisation, held in by_organisation.items()
    ]


def seat_history_row(seat: SeatHistory, viewer: Viewer) -> Row:
    """Returns a seat with everybody who has held it, and from when nobody does."""
    told = [term_line(term, viewer) for term in seat.terms]
    if seat.vacant_from is not None:
        is_vacant_now = seat.vacant_from <= viewer.today
        key = "card.body.vacant" if is_vacant_now else "card.register.vacant_from"
        told.append(f"{rank_name(0, viewer)}: {viewer.t(key, day=format_day(viewer.lang, seat.vacant_from))}")
    return Row(
        short_role(seat.role),
        "\n".join(told),
        chips=chips(viewer.say(seat.standing)),
        status="warning" if seat.vacant_from is not None else "",
        opens=Opens("term.list", {"seat_id": seat.id}),
        quiet=actions(viewer, seat.actions),
    )


def term_line(term: TermLine, viewer: Viewer) -> str:
    t, who = viewer.t, term.name
    if term.email is not None:
        who += f" ({term.email or t('card.register.no_email')})"
    return f"{rank_name(term.rank, viewer)}: {who}, {period(term.from_on, term.to_on, viewer)}"


def period(from_on: date, to_on: date | None, viewer: Viewer) -> str:
    """Returns from when to when, in words: what is to come is not said to last until now."""
    begins = format_day(viewer.lang, from_on)
    if to_on is not None:
        return f"{begins} – {format_day(viewer.lang, to_on)}"
    if from_on > viewer.today:
        return viewer.t("card.register.from", day=begins)
    return f"{begins} – {viewer.t('card.register.now')}"


def rank_name(rank: int, viewer: Viewer) -> str:
    if rank == 0:
        return viewer.t("card.register.representative")
    return viewer.t("card.register.deputy", rank=rank)


def seat_change(view: SeatChangeView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.seat_change.title", seat=view.seat),
        subtitle=view.body.name,
        state=viewer.say(view.state),
        status=CHANGE_STATUS[view.state],
        lines=[
            doubt(view, viewer),
            t("card.seat_change.past") if view.is_past else "",
            *(t(f"card.seat_change.gap.{gap.value}") for gap in view.gaps),
        ],
        facts=[
            (t("card.seat_change.takes_over"), view.name or t("card.seat_change.nobody")),
            (t("arg.email"), view.email),
            (t("arg.from_on"), viewer.say(view.from_on)),
            (t("card.seat_change.place"), rank_name(view.rank, viewer)),
            (t("card.seat_change.replaces"), view.replaces or t("card.body.vacant")),
            *change_facts(view, viewer),
            (t("arg.anchored_by"), view.anchored_by),
            (t("card.seat_change.answer"), leaders_answer(view, viewer)),
            (t("card.seat_change.consent"), viewer.say(view.consent)),
            (t("card.seat_change.reported_by"), view.reported_by),
            (t("arg.on_behalf_of"), view.on_behalf_of),
            (t("arg.reason"), view.reason or ""),
        ],
        sections=[
            section(
                t("card.seat_change.deputies"),
                rows=[
                    Row(
                        each.name,
                        each.email,
                        joined(rank_name(each.rank, viewer), viewer.say(each.state)),
                        opens=Opens("seat_change.show", {"change_id": each.change_id}),
                    )
                    for each in view.deputies
                ],
            )
        ],
        actions=[
            *actions(viewer, view.actions, positive={next_of(view)}),
            goes_to(viewer, "register.show", body_id=view.body.id),
            goes_to_sent(viewer, view.body.id, change_id=view.id),
        ],
        opens=Opens("seat_change.show", {"change_id": view.id}),
        up=Opens("seat_change.show", {"change_id": view.part_of})
        if view.part_of
        else Opens("register.show", {"body_id": view.body.id}),
    )


def next_of(view: SeatChangeView) -> str:
    """Returns what is to be done first about a report: it is returned where the line says no, and nobody is waited for
    who has not been reminded."""
    if ChangeGap.DENIED in view.gaps:
        return "seat_change.send_back"
    return REMIND if any(each.command == REMIND for each in view.actions) else APPROVE


def change_facts(view: SeatChangeView, viewer: Viewer) -> list[tuple[str, str]]:
    """Returns what the seat asks of a newcomer, and when each was declared."""
    t, lang = viewer.t, viewer.lang
    return [
        (
            each.name,
            t("card.seat_change.declared", day=format_day(lang, each.declared_on))
            if each.declared_on
            else t("card.seat_change.undeclared"),
        )
        for each in view.credentials
    ]


def leaders_answer(view: SeatChangeView, viewer: Viewer) -> str:
    """Returns what whoever approved it in the line has answered, and where they were asked."""
    line = view.confirmation
    if line is None:
        return ""
    via = viewer.t(f"card.consent.via.{line.via}") if line.via else ""
    asked = viewer.t("card.seat_change.asked_at", at=line.asked_at) if line.answered_at is None else ""
    said = joined(viewer.say(line.state), asked or viewer.say(line.answered_at), via, by=", ")
    return joined(f"{line.name} ({line.email})" if line.email else line.name, said, line.reason, by="\n")


def doubt(view: SeatChangeView, viewer: Viewer) -> str:
    """Returns who in the register may be meant, where that is to be looked at."""
    if view.known is None:
        return ""
    key = "known_address" if view.known.email == view.email else "known_name"
    return viewer.t(f"card.seat_change.{key}", name=view.known.name, email=view.known.email or "–")


def room(view: RoomView, _viewer: Viewer) -> Sheet:
    return sheet(view.body.name, opens=Opens("body.show", {"body_id": view.body.id}))


def person(_view: PersonView, viewer: Viewer) -> Sheet:
    return sheet(viewer.t("card.person.language_changed"), opens=Opens("worklist.show", {}))


def person_record(view: PersonRecordView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        view.name,
        subtitle=view.email or t("card.register.no_email"),
        facts=[
            (t("card.person_record.addresses"), format_list(viewer.lang, view.addresses)),
            (t("card.person_record.organisation"), workplace(view, viewer)),
            (t("arg.language"), viewer.say(view.lang)),
            (t("card.person_record.former_names"), format_list(viewer.lang, view.former_names)),
        ],
        sections=[
            section(
                t("card.person_record.seats"),
                rows=[
                    Row(
                        term.seat,
                        f"{rank_name(term.rank, viewer)}, {period(term.from_on, term.to_on, viewer)}",
                        term.body.name,
                        opens=Opens("register.show", {"body_id": term.body.id}),
                    )
                    for term in view.terms
                ],
            ),
            section(
                t("card.person_record.accounts"),
                lines=() if view.accounts else [t("card.person_record.no_account")],
                rows=[account_row(account, viewer) for account in view.accounts],
            ),
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("person.show", {"person_id": view.id}),
        up=Opens("register.show", {"body_id": view.terms[-1].body.id}) if view.terms else None,
    )


def workplace(view: PersonRecordView, viewer: Viewer) -> str:
    """Returns where somebody works, and that they have left it: they may hold a seat all the same."""
    if view.left_on is None:
        return view.organisation
    return viewer.t("card.person_record.left", name=view.organisation or "–", day=format_day(viewer.lang, view.left_on))


def account_row(account: LinkedAccount, viewer: Viewer) -> Row:
    key = "linked" if account.unlinked_at is None else "unlinked"
    since = viewer.t(f"card.person_record.{key}", at=account.unlinked_at or account.linked_at)
    return Row(viewer.t(f"platform.{account.platform}"), since, quiet=actions(viewer, account.actions))


def account(_view: AccountView, viewer: Viewer) -> Sheet:
    return sheet(viewer.t("card.menu.title"))
