"""A case's journey: who had it, in words, as a picture and as a table."""

from collections.abc import Iterator

from lisbot.cards.consultations.consultations import brief, said
from lisbot.cards.minutes import carry_through
from lisbot.cards.referrals import state_words
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Grid,
    GridCell,
    GridRow,
    Opens,
    Row,
    Sheet,
    Table,
    TableRow,
    actions,
    capitalised,
    chips,
    goes_to,
    joined,
    section,
    sheet,
)
from lisbot.cards.votes import item_vote_line
from lisbot.council.enums import FollowUpState, OutcomeKind, ReferralState, StationRole, WaitsFor
from lisbot.council.journeys.views import JourneyView, OtherCase, Papers, Said, Station, Wait
from lisbot.council.minutes.views import PLANNED
from lisbot.texts import join_items, short_date

R, W = StationRole, WaitsFor
# The sign and the colour of each part that somebody had. Whoever carries through has the sign of what they answered.
SIGNS = {
    R.RAISED: ("+", ""),
    R.REFERS: ("↘", "coming"),
    R.ASKS: ("◇", "coming"),
    R.TREATS: ("●", "good"),
    R.CONSULTED: ("○", "coming"),
    R.REFERRED_TO: ("↗", "warning"),
    R.CARRIES_THROUGH: carry_through.SIGNS[FollowUpState.OPEN],
    R.INFORMED: ("i", ""),
}
ASKED = "↔"  # the sign of a council that is asked in a consultation
STATUS = {
    W.NOTHING: "good",
    W.MEETING: "",
    W.OTHER_CASE: "",
    W.FOLLOWING: "attention",
    W.HAND_OVER: "attention",
    W.AGENDA: "warning",
    W.TRIAGE: "warning",
    W.OWN_ANSWER: "warning",
}
ENDED_BADLY = (ReferralState.REFUSED, ReferralState.SENT_ON)


def journey(view: JourneyView, viewer: Viewer) -> Sheet:
    t = viewer.t
    waits = view.waits
    return sheet(
        joined(view.number, view.title, by=" "),
        subtitle=t("card.journey.subtitle", body=view.body.name),
        status="attention" if waits.is_overdue else STATUS.get(waits.state, ""),
        chips=chips(t("card.confidential_mark") if view.confidential else ""),
        lines=[
            waits_words(view, viewer),
            t("card.journey.told", count=len(view.stations), day=view.stations[0].from_on) if view.stations else "",
        ],
        sections=[
            section(
                t("card.journey.stations"),
                rows=[station_row(each, view.title, viewer) for each in view.stations],
            ),
            section(
                t("card.journey.picture"), grid=grid(view, viewer), table=stations_table(view, viewer), is_detail=True
            ),
            section(t("card.journey.others"), rows=[other_row(each, viewer) for each in view.others]),
        ],
        actions=[
            goes_to(viewer, "case.show", case_id=view.case_id),
            goes_to(viewer, "referral.show", title=t("card.journey.open_referral"), referral_id=waits.referral_id)
            if waits.referral_id
            else None,
            goes_to(viewer, "consultation.show", consultation_id=waits.consultation_id)
            if waits.consultation_id
            else None,
            *actions(viewer, view.actions),
        ],
        opens=Opens("journey.show", {"case_id": view.case_id}),
        up=Opens("case.show", {"case_id": view.case_id}),
    )


def waits_words(view: JourneyView, viewer: Viewer) -> str:
    """Returns where a case waits now, and by when it is to go on."""
    t, waits = viewer.t, view.waits
    if waits.state is W.CARRY_THROUGH:
        return joined(*carry_through_words(waits, viewer), by=" ")
    said = t(
        f"card.journey.waits.{waits.state}",
        whom=join_items(waits.whom),
        count=len(waits.whom),
        since=waits.since,
        until=waits.until,
    )
    return said if waits.state in (W.MEETING, W.MINUTES) else joined(said, due(waits, viewer), by=" ")


def due(waits: Wait, viewer: Viewer) -> str:
    key = "card.journey.was_due" if waits.is_overdue else "card.journey.due"
    return viewer.t(key, day=waits.until) if waits.until else ""


def carry_through_words(waits: Wait, viewer: Viewer) -> Iterator[str]:
    """Yields which organisations have not answered and when they were asked, and which could not be; or, once all have
    answered, which have more to say."""
    t = viewer.t
    if waits.whom:
        key = "again" if waits.is_again else "carry_through"
        yield t(f"card.journey.waits.{key}", whom=join_items(waits.whom), count=len(waits.whom))
    days = sorted({day for day in waits.asked_on if day})
    for day in days:
        names = [name for name, on in zip(waits.whom, waits.asked_on, strict=True) if on == day]
        key = "asked_on" if len(names) == len(waits.whom) else "asked_on_each"
        yield t(f"card.journey.{key}", whom=join_items(names), day=day)
    yield due(waits, viewer)
    if waits.unasked:
        yield t("card.journey.unasked", whom=join_items(waits.unasked))


def station_row(station: Station, title: str, viewer: Viewer) -> Row:
    """Returns a station's row, with what the case was called there if that was something else."""
    t = viewer.t
    return Row(
        heading(station),
        joined(station.title if station.title != title else "", *station_lines(station, viewer), by="\n"),
        period(station, viewer),
        status=row_status(station, viewer),
        chips=chips(
            role(station, viewer),
            state(station, viewer),
            t("card.journey.outside") if station.is_outside else "",
            t("card.journey.cancelled") if station.is_cancelled else "",
        ),
        opens=opens(station),
    )


def row_status(station: Station, viewer: Viewer) -> str:
    if station.state in ENDED_BADLY:
        return "warning"
    is_silent = station.state is FollowUpState.OPEN or is_past(station, viewer)
    return "attention" if is_late(station, viewer) or is_silent else ""


def state(station: Station, viewer: Viewer) -> str:
    """Returns how far somebody who was asked has come."""
    if station.is_unasked:
        return viewer.t("card.journey.not_asked")
    if isinstance(station.state, ReferralState):
        return state_words(station.state, viewer, is_by_hand=station.is_by_hand)
    return str(viewer.say(station.state))


def heading(station: Station) -> str:
    """Returns who had a case, after the number that it has there. A consultation's number is not the case's."""
    return station.name if station.consultation_id is not None else joined(station.number, station.name, by=" ")


def role(station: Station, viewer: Viewer) -> str:
    """Returns as what somebody had a case: a council is asked, a guest is invited, and an organisation is asked what
    it did or has something to do. Of one that nobody could be asked for, nothing."""
    if station.is_unasked:
        return ""
    if station.consultation_id is not None and station.role is R.CONSULTED:
        return viewer.t("card.journey.asked")
    if station.role is R.CARRIES_THROUGH and not station.what:
        return viewer.t("card.journey.asked_what_it_did")
    return str(viewer.say(station.role))


def period(station: Station, viewer: Viewer) -> str:
    """Returns from when to when somebody had a case."""
    t = viewer.t
    if station.is_unasked:
        return ""
    if station.to_on is None:
        key = "card.journey.from_now_on" if station.from_on > viewer.today else "card.journey.since"
        return t(key, day=station.from_on)
    if station.to_on == station.from_on:
        return viewer.say(station.from_on)
    return t("card.journey.period", first=station.from_on, last=station.to_on)


def is_late(station: Station, viewer: Viewer) -> bool:
    return station.to_on is None and station.answer_by is not None and station.answer_by < viewer.today


def opens(station: Station) -> Opens | None:
    """Returns what shows more of a station: what was sent on, what was proposed, or the meeting."""
    if station.referral_id is not None:
        return Opens("referral.show", {"referral_id": station.referral_id})
    if station.consultation_id is not None:
        return Opens("consultation.show", {"consultation_id": station.consultation_id})
    if station.proposal_id is not None:
        return Opens("proposal.show", {"proposal_id": station.proposal_id})
    return Opens("meeting.show", {"meeting_id": station.meeting_id}) if station.meeting_id is not None else None


def station_lines(station: Station, viewer: Viewer) -> Iterator[str]:
    """Yields what is told of a station: for what it had the case, with which papers, and what it said."""
    t = viewer.t
    if station.consultation_id is not None:
        yield t("card.consultation.numbered", number=station.number)
    yield capitalised(joined(station.affiliation, viewer.say(station.informed), viewer.say(station.cause)))
    yield station.what
    if station.answer_by is not None and station.to_on is None:
        yield t("card.journey.was_due" if is_late(station, viewer) else "card.journey.due", day=station.answer_by)
    if station.papers is not None:
        yield papers_words(station.papers, viewer)
    for each in station.said:
        yield said_words(each, station, viewer)
        if each.sides:
            yield f"{t('arg.sides')}: {each.sides}"
    for vote in station.votes:
        yield item_vote_line(vote, viewer)


def papers_words(papers: Papers, viewer: Viewer) -> str:
    """Returns with which papers somebody had a case, or nothing."""
    t = viewer.t
    found = [t(f"card.journey.{name}") for name in ("background", "wording", "sides") if getattr(papers, name)]
    links = t("card.journey.links", count=len(papers.links)) if papers.links else ""
    words = joined(*found, links, by=", ")
    return t("card.journey.papers", papers=words) if words else ""


def said_words(each: Said, station: Station, viewer: Viewer) -> str:
    """Returns what somebody said: what came of it, what was answered, or what was done, with the day and the words."""
    t = viewer.t
    what = what_kind(each, viewer)
    day = "" if each.on is None or each.outcome is not None else short_date(viewer.lang, each.on, viewer.today)
    if day and each.done in (FollowUpState.WILL_BE, FollowUpState.WAITS):
        day = t("card.journey.planned", day=day)
    head = joined(
        capitalised(what),
        viewer.say(each.agreement) if each.outcome is not OutcomeKind.DISAGREEMENT else "",
        day,
        each.by if each.outcome is None and each.adopted is None else "",
        t("card.journey.late") if each.is_late else "",
        t("card.journey.corrected") if each.is_corrected else "",
        by=", ",
    )
    words = brief(each.words) if each.is_reply else each.words  # the whole of a reply stands in the consultation
    return joined(head, words or answers_words(each, station, viewer), by=": ")


def what_kind(each: Said, viewer: Viewer) -> str:
    """Returns of which kind it is what somebody said."""
    if each.adopted is not None:
        return viewer.t("card.journey.adopted", way=viewer.say(each.adopted))
    if each.is_reply:
        return viewer.t("card.consultation.reply")
    return str(viewer.say(each.outcome or each.answer or each.done))


def answers_words(each: Said, station: Station, viewer: Viewer) -> str:
    """Returns what an organisation stated, shortened, and to which questions where there were several. The whole of
    it stands in the consultation."""
    words = {question.id: question.words for question in station.questions}
    several = len(words) > 1
    given = (
        joined(words.get(answer.question_id, "") if several else "", brief(said(answer, viewer)), by=" – ")
        for answer in each.answers
    )
    return joined(*given, by="; ")


def grid(view: JourneyView, viewer: Viewer) -> Grid | None:
    """Returns who had the case, one below the other, and when, from left to right, as a picture."""
    names = list(dict.fromkeys(each.name for each in view.stations))
    if not names:
        return None
    rows = tuple(
        GridRow(
            name,
            tuple(sign(each, viewer) if each.name == name else None for each in view.stations),
        )
        for name in names
    )
    order = list(SIGNS)
    used = sorted(view.stations, key=lambda each: order.index(each.role))
    return Grid(
        viewer.t("card.journey.picture_label"),
        tuple(short_date(viewer.lang, each.from_on, viewer.today) for each in view.stations),
        rows,
        tuple(dict.fromkeys(sign(each, viewer) for each in used)),
    )


def sign(station: Station, viewer: Viewer) -> GridCell:
    """Returns the sign of a station: of an organisation that was asked what it did, of what it answered."""
    if isinstance(station.state, FollowUpState):
        return carry_through.sign(carry_through.PASSED if is_past(station, viewer) else station.state, viewer)
    mark, status = SIGNS[station.role]
    return GridCell(
        ASKED if station.consultation_id is not None and station.role is R.CONSULTED else mark,
        role(station, viewer),
        status,
    )


def is_past(station: Station, viewer: Viewer) -> bool:
    """Returns whether a day that an organisation gave has passed and nothing more was said."""
    return station.state in PLANNED and any(each.on is not None and each.on < viewer.today for each in station.said)


def stations_table(view: JourneyView, viewer: Viewer) -> Table:
    t = viewer.t
    return Table(
        tuple(t(f"card.journey.{name}") for name in ("when", "who", "role", "said")),
        tuple(
            TableRow(
                (
                    period(each, viewer),
                    heading(each),
                    joined(role(each, viewer), state(each, viewer), by=", "),
                    joined(*(said_words(words, each, viewer) for words in each.said), by="\n"),
                ),
                opens=opens(each),
            )
            for each in view.stations
        ),
    )


def other_row(other: OtherCase, viewer: Viewer) -> Row:
    family = "linked_back" if other.is_reversed else "linked"
    how = "card.journey.same_story" if other.kind is None else f"card.journey.{family}.{other.kind}"
    return Row(
        joined(other.number, other.title, by=" "),
        other.body,
        viewer.t(how),
        opens=Opens("journey.show", {"case_id": other.case_id}),
        quiet=actions(viewer, other.actions),
    )
