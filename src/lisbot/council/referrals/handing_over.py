"""Handing a case over to a receiver without an address, which lisbot sends nothing to."""

from datetime import time

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import Day, Prefill, ReferralId
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import ReferralState
from lisbot.council.referrals.referrals import Part, get_referral_for, referral_view
from lisbot.council.referrals.sending import about
from lisbot.council.referrals.states import REFERRAL
from lisbot.council.referrals.views import ReferralView

NOON = time(12)  # of a day that has gone by, whose hour nobody says


async def hand_over_prefill(act: Act, *, referral_id: ReferralId) -> Prefill:
    referral = await get_referral_for(act, referral_id, Part.SENDER)
    REFERRAL.require(act, "referral.hand_over", referral)
    return Prefill(about=f"{about(referral)}\n{referral.receiver_name}", values={"day": act.today})


async def hand_over(act: Act, *, referral_id: ReferralId, day: Day | None = None) -> ReferralView:
    """Report that a case was handed over to a receiver without an address. It waits for the receiver from that day on;
    without a day, from now on.

    Returns ReferralView. Raises Conflict for what lisbot has sent, Invalid for a day to come.
    """
    referral = await get_referral_for(act, referral_id, Part.SENDER)
    REFERRAL.require(act, "referral.hand_over", referral)
    if day is not None and day > act.today:
        raise Invalid("handed_over_later", field="day")
    is_today = day is None or day == act.today
    referral.received_at = act.at if is_today or day is None else moment(day, NOON, act.tz)
    referral.state = ReferralState.RECEIVED
    mark_stale(act, f"referral:{referral.id}")
    mark_stale(act, f"case:{referral.case_id}")
    act.did(receiver=referral.receiver_name)
    return await referral_view(act, referral)
