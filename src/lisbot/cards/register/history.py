"""Who sat where on a day, in two times; and the terms of a seat, with what was known of them before."""

from collections.abc import Sequence

from lisbot.cards.register.terms import period, rank_name
from lisbot.cards.roles import short_role
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Opens, Row, Sheet, actions, chips, goes_to, joined, section, sheet
from lisbot.council.register.views.seats import KnownHolder, LookBackView, SeatLookBack, TermRecord, TermsView
from lisbot.texts import format_day


def look_back(view: LookBackView, viewer: Viewer) -> Sheet:
    t, about = viewer.t, {"body_id": view.body.id}
    by_organisation: dict[str, list[SeatLookBack]] = {}
    for seat in view.seats:
        by_organisation.setdefault(seat.organisation, []).append(seat)
    changed = [seat for seat in view.seats if seat.differs]
    then = format_day(viewer.lang, view.known_on)
    return sheet(
        t("card.look_back.title", day=format_day(viewer.lang, view.on)),
        subtitle=view.body.name,
        lines=[t("card.look_back.known")]
        if view.known_on >= viewer.today
        else [
            t("card.look_back.known_on", day=then),
            t("card.look_back.differ", count=len(changed)) if changed else t("card.look_back.same"),
        ],
        sections=[
            section(organisation, rows=[look_back_row(seat, then, viewer) for seat in seats])
            for organisation, seats in by_organisation.items()
        ],
        actions=[
            Action(t("card.look_back.other_day"), "register.look_back", about, asks=True),
            goes_to(viewer, "register.show", body_id=view.body.id),
        ],
        opens=Opens("register.look_back", {**about, "on": view.on, "known_on": view.known_on}),
        up=Opens("register.show", about),
    )


def look_back_row(seat: SeatLookBack, then: str, viewer: Viewer) -> Row:
    """Returns who holds a seat: once where it is known as it was, or else by what is known now and what was then."""
    now = holders(seat.now, viewer)
    text = now
    if seat.differs:
        known_now = viewer.t("card.look_back.known_now", names=now)
        text = f"{known_now}\n{viewer.t('card.look_back.known_then', day=then, names=holders(seat.then, viewer))}"
    return Row(
        short_role(seat.role),
        text,
        chips=chips(viewer.say(seat.standing), viewer.t("card.body.chairs") if seat.chairs else ""),
        note=viewer.t("card.look_back.corrected") if seat.differs else "",
        status="warning" if seat.differs else "",
        opens=Opens("term.list", {"seat_id": seat.id}) if viewer.by.id is not None else None,
    )


def holders(held: Sequence[KnownHolder], viewer: Viewer) -> str:
    """Returns who holds a seat, deputies too, in one line."""
    named = [each.name if each.rank == 0 else f"{each.name} ({rank_name(each.rank, viewer).lower()})" for each in held]
    vacant = "" if any(each.rank == 0 for each in held) else viewer.t("card.body.vacant")
    return joined(vacant, *named, by=", ")


def terms(view: TermsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    vacant = ""
    if view.vacant_from is not None:
        key = "card.body.vacant" if view.vacant_from <= viewer.today else "card.register.vacant_from"
        vacant = t(key, day=format_day(viewer.lang, view.vacant_from))
    return sheet(
        t("card.terms.title", seat=view.seat),
        subtitle=view.body.name,
        state=vacant,
        status="warning" if vacant else "",
        chips=chips(viewer.say(view.standing), viewer.say(view.derived_from)),
        sections=[
            section(
                t("card.terms.known"),
                lines=() if view.terms else [t("card.terms.none")],
                rows=[term_row(term, viewer) for term in view.terms],
            ),
            section(
                t("card.terms.former"),
                lines=[t("card.terms.former_means")] if view.former else (),
                rows=[term_row(term, viewer) for term in view.former],
                is_detail=True,
                folds=True,
            ),
        ],
        actions=[*actions(viewer, view.actions), goes_to(viewer, "register.look_back", body_id=view.body.id)],
        opens=Opens("term.list", {"seat_id": view.seat_id}),
        up=Opens("register.show", {"body_id": view.body.id}),
    )


def term_row(term: TermRecord, viewer: Viewer) -> Row:
    """Returns a term as it is known, or as it was until something else became known."""
    what = joined(rank_name(term.rank, viewer), period(term.from_on, term.to_on, viewer), by=", ")
    if term.known_until is None:
        since = known("since", term.known_since, term.known_by, viewer)
        return Row(term.name, what, since, quiet=actions(viewer, term.actions))
    since = known("from", term.known_since, term.known_by, viewer)
    until = known("until", term.known_until, term.corrected_by, viewer)
    return Row(viewer.t("card.terms.not_so", name=term.name), what, joined(since, until, by=" "), status="warning")


def known(key: str, at: object, by: str, viewer: Viewer) -> str:
    return viewer.t(f"card.terms.{key}_by" if by else f"card.terms.{key}", at=at, name=by)
