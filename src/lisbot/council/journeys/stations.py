"""Who had a case, as one viewer may know of it. Whoever they may not know of is left out, without a gap."""

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from lisbot.council.cases.cases import is_public, published_ids, told, treatment
from lisbot.council.core.access import P, Sight, may, sight
from lisbot.council.core.context import Act
from lisbot.council.core.periods import holds_on
from lisbot.council.enums import SENT_OUT, FollowUpState, ProposalState, ReferralState, StationRole
from lisbot.council.journeys.consulted import councils_asked
from lisbot.council.journeys.reading import Story
from lisbot.council.journeys.views import Papers, Said, Station
from lisbot.council.journeys.waits import day_of
from lisbot.council.meetings.meetings import item_vote
from lisbot.council.meetings.states import ON_AGENDA, WAITING
from lisbot.council.minutes.views import PLANNED
from lisbot.council.models import AgendaItem, Case, FollowUp, Referral, ReferralAnswer
from lisbot.council.referrals.referrals import Part, papers_of, parts_in

R = StationRole
# Of one day: whoever sent a case here did so before it was treated here.
ORDER = (R.RAISED, R.REFERS, R.TREATS, R.ASKS, R.CONSULTED, R.REFERRED_TO, R.CARRIES_THROUGH, R.INFORMED)


def known_items(
    act: Act, case: Case, everywhere: list[AgendaItem], approved: Container[int]
) -> list[AgendaItem] | None:
    """Returns the items of a case that a member may know of; None where they may not know of the case itself.
    `approved`: the items that approved minutes told of which are being corrected."""
    if not may(act.by, P.VIEW, case.body_id):
        return None
    seen = sight(act.by, case.body_id)
    if seen is Sight.DRAFT:
        return everywhere
    items = [item for item in everywhere if is_public(item) or item.id in approved]
    if not items:
        return None
    is_confidential = case.confidential or any(is_withheld(item) for item in items)
    return None if seen is Sight.OUTSIDE and is_confidential else items


def is_withheld(item: AgendaItem) -> bool:
    """Returns whether those outside the body may not read an item: it is confidential, or was when it was published."""
    return item.confidential or item.id in (item.meeting.published or {}).get("withheld", ())


def title_of_case(act: Act, story: Story, case: Case, items: Sequence[AgendaItem]) -> str:
    """Returns what a case is called, as its newest item says that a member may know of; those that only tell of an
    answer are called after that."""
    named = next((item for item in reversed(items) if item.id not in story.telling), None)
    drafts = sight(act.by, case.body_id) is Sight.DRAFT
    return str(told(named, drafts, story.approved)["title"]) if named else case.title


def is_known(act: Act, referral: Referral) -> bool:
    """Returns whether a member may know that a case was sent on: whoever has a part in it, but of what is confidential
    no channel."""
    if act.by.is_room and referral.is_confidential:
        return False
    return bool(parts_in(act, referral))


def read_stations(act: Act, story: Story, known: Mapping[int, list[AgendaItem]]) -> tuple[Station, ...]:
    """Returns the stations of a story that a member may know of, the oldest first. `known`: the items of each of its
    cases that they know of."""
    found: list[Station] = []
    for case_id, items in known.items():
        case = story.cases[case_id]
        found += raised(act, story, case)
        for item in items:
            found += of_item(act, story, case, item)
    found += of_referrals(act, story, known)
    for consultation in story.consultations:
        found += councils_asked(act, consultation)
    arrived = {each.to_case_id for each in story.referrals} - {None}
    return tuple(sorted(found, key=lambda each: (each.from_on, place_in_day(each, arrived))))


def place_in_day(station: Station, arrived: Container[int | None]) -> tuple[int, bool]:
    """Returns where a station stands among those of its day. A council that was sent a case treats it after that."""
    is_sent = station.role is R.TREATS and station.case_id in arrived
    return ORDER.index(R.REFERRED_TO if is_sent else station.role), is_sent


def raised(act: Act, story: Story, case: Case) -> Iterator[Station]:
    """Yields who proposed a case, to themselves and the secretariat."""
    drafts = sight(act.by, case.body_id) is Sight.DRAFT
    for row in story.proposals.get(case.id, ()):
        is_own = row.by_id == act.by.id
        is_here = row.state in ON_AGENDA or row.state in WAITING
        # What was taken off an agenda and had been nobody's proposal is kept as one of the secretariat's.
        is_kept = row.state is not ProposalState.MERGED and row.at > case.opened_at
        if is_here and not is_kept and (drafts or is_own):
            yield Station(
                R.RAISED,
                row.organisation or row.person,
                day_of(row.at, act.tz),
                day_of(max(row.at, case.opened_at), act.tz),
                title=row.title,
                affiliation=row.person if row.organisation else "",
                papers=Papers(row.background, row.wording, links=lines_in(row.links)),
                proposal_id=row.id,
            )


def of_item(act: Act, story: Story, case: Case, item: AgendaItem) -> Iterator[Station]:
    """Yields the council that treated a case at a meeting, whoever was invited to it, was informed, and is asked."""
    yield treats(act, story, case, item)
    meeting = item.meeting
    records = may(act.by, P.RECORD, meeting.body_id)
    is_out = meeting.minutes_state in SENT_OUT
    for row in story.guests.get(item.id, ()):
        if records or (is_out and row.is_sure):
            yield Station(
                R.CONSULTED, row.person, meeting.held_on, meeting.ends_on, affiliation=row.organisation, is_outside=True
            )
    if sight(act.by, case.body_id) is not Sight.OUTSIDE:
        yield from informed(act, story, item)
    if meeting.minutes_version > 0 and (is_out or item.id in story.approved):
        for row in item.followups:
            yield carries_through(act, item, row)


def treats(act: Act, story: Story, case: Case, item: AgendaItem) -> Station:
    meeting, seen = item.meeting, sight(act.by, case.body_id)
    records = may(act.by, P.RECORD, case.body_id)
    came = treatment(act, item, None if records else story.approved.get(item.id))
    texts = told(item, seen is Sight.DRAFT, story.approved)
    hides_papers = seen is Sight.OUTSIDE
    is_over = meeting.cancelled_at is not None or meeting.ends_at <= act.at
    published = item.id in published_ids(item) and meeting.published_at
    sent = max(day_of(published, act.tz) if published else meeting.held_on, day_of(case.opened_at, act.tz))
    outcome = Said(
        meeting.ends_on,
        story.bodies[case.body_id].name,
        came.outcome_text,
        outcome=came.outcome,
        agreement=came.agreement,
        sides=came.sides,
    )
    return Station(
        R.TREATS,
        story.bodies[case.body_id].name,
        min(sent, meeting.held_on),
        meeting.ends_on if is_over else None,
        number=case.label,
        title=texts["title"],
        is_cancelled=came.is_cancelled,
        papers=Papers(
            "" if hides_papers else texts.get("background", ""),
            texts.get("wording", ""),
            links=() if hides_papers else lines_in(texts.get("links", "")),
        ),
        said=(outcome,) if came.outcome is not None else (),
        votes=tuple(item_vote(vote) for vote in story.votes.get(item.id, ())) if came.has_minutes else (),
        case_id=case.id,
        meeting_id=meeting.id,
    )


def informed(act: Act, story: Story, item: AgendaItem) -> Iterator[Station]:
    """Yields to whom what was sent of an item's meeting: of what is confidential nothing goes out. What a member may
    not look up any more, the lines that are over, is told to the secretariat alone."""
    keeps = may(act.by, P.KEEP_REGISTER, item.meeting.body_id)
    for row in (
        () if is_withheld(item) or story.cases[item.case_id or 0].confidential else story.lines.get(item.meeting_id, ())
    ):
        if keeps or holds_on(row, act.today):
            day = day_of(row.sent_at, act.tz)
            yield Station(
                R.INFORMED,
                row.name,
                day,
                day,
                affiliation=row.role,
                informed=row.what,
                is_outside=bool(row.is_outside),
            )


def carries_through(act: Act, item: AgendaItem, row: FollowUp) -> Station:
    """Returns an organisation that was asked what it did. One that nobody could be asked for stands beside the others
    of the item."""
    meeting = item.meeting
    others = min((each.asked_at for each in item.followups if each.asked_at), default=meeting.minutes_at)
    known = [day_of(at, act.tz) for at in (row.asked_at or others, row.answered_at) if at]
    since = min(known, default=meeting.ends_on)  # it may have been asked again since it answered
    said = row.answer_on
    if said is None and row.state not in PLANNED:  # the day of an answer is no day that something is planned for
        said = day_of(row.answered_at, act.tz) if row.answered_at else row.done_on
    answer = Said(said, row.answered_by or row.done_by, row.words, done=row.state)
    return Station(
        R.CARRIES_THROUGH,
        row.organisation_name,
        since,
        max(row.done_on, since) if row.done_on else None,
        state=row.state,
        is_unasked=row.is_unasked,
        answer_by=row.due_on,
        what=row.what,
        said=() if row.state is FollowUpState.OPEN else (answer,),
    )


def of_referrals(act: Act, story: Story, known: Mapping[int, Any]) -> Iterator[Station]:
    """Yields to whom a story was sent on; and whoever sent it, once, to those who do not know the case it is there."""
    senders: set[int] = set()
    for referral in story.referrals:
        if not is_known(act, referral):
            continue
        if referral.case_id not in known and referral.case_id not in senders:
            senders.add(referral.case_id)
            yield sender(act, referral)
        yield receiver(act, referral)


def sender(act: Act, referral: Referral) -> Station:
    day, sent = day_of(referral.sent_at, act.tz), referral.sent
    return Station(R.REFERS, sent["sender"], day, day, number=sent["number"], title=sent["title"])


def receiver(act: Act, referral: Referral) -> Station:
    parts, papers = parts_in(act, referral), papers_of(referral)
    withdrawn = Said(day_of(referral.ended_at or referral.sent_at, act.tz), words=referral.end_reason)
    is_withdrawn = referral.state is ReferralState.WITHDRAWN
    return Station(
        R.REFERRED_TO,
        referral.receiver_name,
        day_of(referral.sent_at, act.tz),
        day_of(referral.ended_at, act.tz) if referral.ended_at else None,
        number=referral.to_case.label if referral.to_case else "",
        title=referral.sent["title"],
        is_outside=referral.to_party_id is not None,
        cause=referral.reason,
        state=referral.state,
        is_by_hand=referral.is_by_hand,
        answer_by=referral.answer_by,
        papers=Papers(papers.background, papers.wording, papers.sides, papers.links)
        if parts - {Part.SENDING_MEMBER}
        else None,
        said=(*answers(act, referral.answers), *([withdrawn] if is_withdrawn else [])),
        referral_id=None if act.by.is_room else referral.id,
    )


def answers(act: Act, given: Sequence[ReferralAnswer]) -> Iterator[Said]:
    for each in given:
        yield Said(
            day_of(each.at, act.tz),
            each.by_name,
            each.text,
            answer=each.kind,
            is_late=each.is_late,
            is_corrected=each is not given[-1],
        )


def lines_in(links: str) -> tuple[str, ...]:
    return tuple(filter(None, links.split("\n")))
