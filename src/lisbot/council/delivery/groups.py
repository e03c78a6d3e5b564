"""Which kind of thing each message is about, as people choose through what they are told it."""

from collections.abc import Mapping

from lisbot.council.enums import NotificationGroup as G

# By how a message's kind begins: the longest that fits. What the secretariat has to do is said on its own.
BEGINNINGS: Mapping[str, G] = {
    "absent": G.NOTICE,
    "account_": G.REGISTER,
    "address_": G.REGISTER,
    "agenda_": G.NOTICE,
    "agenda_due": G.DAILY,
    "answer_noted": G.NOTICE,
    "calendar_": G.NOTICE,
    "call_": G.CALL,
    "case_process_": G.FOLLOW_UP,
    "call_closed_silent": G.DAILY,
    "call_unheard": G.DAILY,
    "change_": G.REGISTER,
    "comment": G.MINUTES,
    "coordination_": G.REGISTER,
    "confirmation_": G.REGISTER,
    "consent_": G.REGISTER,
    "consultation_": G.FOLLOW_UP,
    "consultation_adopted": G.DAILY,
    "consultation_commented": G.DAILY,
    "consultation_draft_due": G.DAILY,
    "consultation_due": G.DAILY,
    "consultation_overdue": G.DAILY,
    "consultation_silent": G.DAILY,
    "consultation_stated": G.DAILY,
    "decline_noted": G.CALL,
    "deputy_": G.NOTICE,
    "deputy_moved_up": G.REGISTER,
    "distributed_agenda": G.NOTICE,
    "distributed_minutes": G.MINUTES,
    "follow_up_": G.FOLLOW_UP,
    "guest_": G.NOTICE,
    "guest_declined": G.DAILY,
    "local_input_": G.NOTICE,
    "mail_": G.DAILY,
    "mail_copy": G.NOTICE,
    "meeting_": G.NOTICE,
    "minutes_": G.MINUTES,
    "minutes_due": G.DAILY,
    "notice": G.NOTICE,
    "notice_due": G.DAILY,
    "notice_unheard": G.DAILY,
    "person_": G.REGISTER,
    "proposal_": G.CALL,
    "referral_": G.FOLLOW_UP,
    "referral_silent": G.DAILY,
    "room_": G.REGISTER,
    "seat_": G.REGISTER,
    "stage_": G.FOLLOW_UP,
    "stage_overdue": G.DAILY,
    "stage_silent": G.DAILY,
    "summary_": G.MINUTES,
    "term_": G.REGISTER,
    "vacancy_": G.REGISTER,
    "vote_": G.VOTE,
    "visit_": G.NOTICE,
    "vote_unheard": G.DAILY,
}


def group_of(kind: str) -> G | None:
    """Returns what a message of this kind is about; None for a kind that nobody chooses a channel for."""
    return BEGINNINGS.get(max((each for each in BEGINNINGS if kind.startswith(each)), key=len, default=""))
