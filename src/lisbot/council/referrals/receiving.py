"""What a council's secretariat does with a case that was sent to it."""

from sqlalchemy import select

from lisbot.council.cases.numbering import open_case
from lisbot.council.cases.referred import written_background
from lisbot.council.cases.waiting import has_waiting_proposal
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Line, MeetingId, Prefill, ReferralId
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import REFERRAL_WAITS, ItemKind, ReferralState
from lisbot.council.meetings.agenda import add_last
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import coming_meetings_of, get_coming_meeting_for
from lisbot.council.meetings.views import AgendaView
from lisbot.council.models import AgendaItem, Body, Case, Meeting, Referral
from lisbot.council.referrals.referrals import WHOLE, Part, get_referral_for, referral_view
from lisbot.council.referrals.sending import about
from lisbot.council.referrals.states import RECEIVED_REFERRAL
from lisbot.council.referrals.telling import proposers_of, senders_of, tell
from lisbot.council.referrals.views import ReferralView


async def receive_prefill(act: Act, *, referral_id: ReferralId) -> Prefill:
    referral = await get_referral_for(act, referral_id, Part.RECEIVER)
    RECEIVED_REFERRAL.require(act, "referral.receive", referral)
    assert referral.to_body_id is not None
    meetings = await coming_meetings_of(act, referral.to_body_id)
    return Prefill(
        about=about(referral),
        values={
            "title": referral.to_case.title if referral.to_case else referral.sent["title"],
            "kind": ItemKind.DISCUSSION,
            "meeting_id": meetings[0][0] if meetings else None,
        },
        choices={"meeting_id": meetings},
    )


async def receive(
    act: Act,
    *,
    referral_id: ReferralId,
    meeting_id: MeetingId | None = None,
    title: Line = "",
    kind: ItemKind = ItemKind.DISCUSSION,
) -> ReferralView:
    """Take in a case that was sent to your council: it gets a number of its own there, and goes with what came with it
    on the agenda of a meeting, or waits for one. Whoever sent it is told.

    Returns ReferralView.
    """
    referral = await get_referral_for(act, referral_id, Part.RECEIVER)
    RECEIVED_REFERRAL.require(act, "referral.receive", referral)
    body = referral.to_body
    assert body is not None
    meeting = None if meeting_id is None else await get_coming_meeting_for(act, meeting_id, *WITH_AGENDA)
    if meeting is not None and meeting.body_id != body.id:
        raise Invalid("not_the_receivers_meeting", field="meeting_id")
    title = title or referral.sent["title"]
    require_advisory_wording(body, title=title)
    is_new = referral.to_case is None
    case = referral.to_case or await open_received(act, referral, body, meeting, title)
    if meeting is not None:
        await require_waits_nowhere(act, case)
        item = AgendaItem(case=case, followups=[], title=title, kind=kind, confidential=case.confidential)
        item.background, item.links = written_background(body.lang, referral.sent), referral.sent["links"]
        referral.to_item_id = (await add_last(act, meeting, item)).id
    elif not is_new:
        raise Invalid("meeting_needed", field="meeting_id")
    mark_stale(act, f"referral:{referral.id}")
    mark_stale(act, f"case:{referral.case_id}")
    if meeting is None:
        act.did("done_waiting", number=case.label)
    else:
        act.did(number=case.label, day=meeting.days)
    await act.db.flush()
    if meeting is not None:
        await act.db.refresh(referral, ["is_placed"])
        await tell_of_agenda(act, referral, meeting)
    return await referral_view(act, referral)


async def tell_of_agenda(act: Act, referral: Referral, meeting: Meeting) -> None:
    """Tell whoever sent a case on which meeting is to treat it."""
    told = await senders_of(act, referral) | await proposers_of(act, referral)
    await tell(act, referral, "referral_received", told, day_on=meeting.held_on)


async def follow_agenda(act: Act, view: AgendaView) -> None:
    """Tell whoever sent a case on that it has been put on an agenda from its own page, for the first time."""
    is_new = (Referral.to_item_id.is_(None), Referral.state.in_(REFERRAL_WAITS))
    query = (
        select(Referral, AgendaItem.id)
        .join(AgendaItem, AgendaItem.case_id == Referral.to_case_id)
        .where(AgendaItem.meeting_id == view.meeting.id, *is_new)
        .options(*WHOLE)
    )
    for referral, item_id in (await act.db.execute(query)).unique():
        referral.to_item_id = item_id
        mark_stale(act, f"referral:{referral.id}")
        mark_stale(act, f"case:{referral.case_id}")
        await tell_of_agenda(act, referral, await act.db.get_one(Meeting, view.meeting.id))


async def open_received(act: Act, referral: Referral, body: Body, meeting: Meeting | None, title: str) -> Case:
    """Returns the case that what was received becomes: of one story with the case it is about."""
    year = (meeting.held_on if meeting else act.today).year
    case = await open_case(act, body.id, year, title, referral.is_confidential)
    case.story_id = referral.case.story
    referral.state, referral.received_at = ReferralState.RECEIVED, act.at
    referral.to_case_id, referral.to_case = case.id, case
    return case


async def require_waits_nowhere(act: Act, case: Case) -> None:
    """Raises Conflict for a case that was taken off an agenda and waits among the proposals."""
    if await act.db.scalar(select(has_waiting_proposal()).where(Case.id == case.id)):
        raise Conflict("case_waits_for_answer", number=case.label)
