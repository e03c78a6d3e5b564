"""What travels, for a bench's councils: at the time of each meeting one case is sent on and answered, one is in
a change process, one consultation is answered, and the papers are sent to others."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from lisbot.council.enums import ConsultationState, Distributed, InputStance, ReferralReason, ReferralState, StageHolder
from lisbot.council.models import (
    Base,
    CaseProcess,
    Consultation,
    ConsultationBody,
    ConsultationRequest,
    ConsultationStatement,
    Dispatch,
    LocalInput,
    LocalInputAnswer,
    MeetingSummary,
    Process,
    ProcessStage,
    ProcessVersion,
    StageStay,
)

MEMBER, SECRETARIES = 101, (1, 2)  # a member of body 1, and who works at each secretariat
Rows = dict[type[Base], list[dict[str, Any]]]
BEGAN = datetime(2010, 1, 4, 8, tzinfo=UTC)
STAGES = ("Rådet", "RegUt")


def processes(secretariats: tuple[int, ...]) -> Rows:
    """Returns a process of two stages for each secretariat, numbered as the secretariat is."""
    stage = {"holder": StageHolder.CASE_BODY, "needs": [], "days": 30}
    return {
        Process: [{"id": n, "secretariat_id": n, "name": "Endring av læringsaktivitet"} for n in secretariats],
        ProcessVersion: [
            {"id": n, "process_id": n, "number": 1, "made_at": BEGAN, "made_by": "Leder"} for n in secretariats
        ],
        ProcessStage: [
            stage
            | {"id": n * 10 + at, "version_id": n, "number": at, "position": at, "name": name}
            | {"leads_to": [at + 1] if at < len(STAGES) else []}
            for n in secretariats
            for at, name in enumerate(STAGES, start=1)
        ],
    }


def in_process(case_id: int, body: int, at: datetime, today: date) -> Rows:
    """Returns a case's way through the process of its council's secretariat. Within the last year it is under way."""
    secretariat, is_over = 1 if body == 1 else 2, at.date() < today - timedelta(days=365)
    ended = at + timedelta(days=60) if is_over else None
    stay = {"case_process_id": case_id, "body_id": body, "holder_name": f"Samordningsråd {body}", "entered_by": "Leder"}
    return {
        CaseProcess: [
            {"id": case_id, "case_id": case_id, "version_id": secretariat, "started_at": at, "started_by": "Leder"}
            | {"ended_at": ended, "is_stopped": False}
        ],
        StageStay: [
            stay
            | {"number": 1, "stage_id": secretariat * 10 + 1, "entered_at": at, "due_on": at.date()}
            | {"left_at": at + timedelta(days=30)},
            stay
            | {"number": 2, "stage_id": secretariat * 10 + 2, "entered_at": at + timedelta(days=30)}
            | {"due_on": today + timedelta(days=30), "left_at": ended},
        ],
    }


def sent_on(item: dict[str, Any], body: int, at: datetime) -> dict[str, Any]:
    """A case that was sent on to a meeting of directors, and answered."""
    sent = {"number": "1/26", "title": item["title"], "sender": "Rådet", "background": "", "wording": "", "sides": ""}
    return {
        "id": item["id"],
        "case_id": item["id"],
        "from_body_id": body,
        "reason": ReferralReason.NO_AGREEMENT,
        "to_party_id": body,
        "receiver_name": f"Direktørmøtet {body}",
        "document": "",
        "sent": sent | {"links": ""},
        "confidential": False,
        "state": ReferralState.ANSWERED,
        "sent_at": at,
        "sent_by_id": SECRETARIES[body != 1],
        "sent_by_name": "Sekretær",
        "ended_at": at + timedelta(days=20),
        "end_reason": "",
    }


def consulted(meeting: int, body: int, at: datetime, *, is_open: bool) -> Rows:
    """What an authority asked a council about the time of a meeting, and one hospital stated."""
    number, day = meeting * 10 + 1, at.date()
    steps = ("ask_by", "statements_by", "draft_by", "comments_by", "adopt_by", "send_by", "answer_by")
    consultation = {
        "id": number,
        "secretariat_id": 1 if body == 1 else 2,
        "year": day.year,
        "number": number,
        "party_id": body,
        "asker": f"Direktørmøtet {body}",
        "title": "Godkjenning av utdanningsvirksomhet",
        "questions": [{"id": 1, "words": "Hva mener dere?", "kind": "text", "options": [], "is_required": True}],
        "state": ConsultationState.ASKED if is_open else ConsultationState.SENT,
        "registered_at": at,
        "registered_by": "Sekretær",
        "arrived_on": day,
        **dict.fromkeys(steps, day + timedelta(days=40)),
        "asked_at": at,
        "draft": "" if is_open else "Rådet tilrår.",
        "draft_version": 0 if is_open else 1,
        "reply": None if is_open else "Rådet tilrår.",
        "replied_at": None if is_open else at + timedelta(days=30),
    }
    empty = dict.fromkeys(("reference", "background", "links", "specialty", "region", "drafted_by"), "")
    consultation |= empty | {"replied_by": "", "end_reason": ""}
    request = {"id": number, "consultation_id": number, "body_id": body, "organisation_id": 1, "is_recused": False}
    request |= {"organisation_name": "Sykehus 1", "stated_at": at, "is_late": False}
    statement = {"request_id": number, "number": 1, "answers": {"1": "Ja."}, "at": at, "by_id": MEMBER}
    return {
        Consultation: [consultation],
        ConsultationBody: [
            {"id": number, "consultation_id": number, "body_id": body, "adopted_by": "", "adopted_note": ""}
        ],
        ConsultationRequest: [request],
        ConsultationStatement: [statement | {"by_name": "Medlem", "is_noted": False, "via": "web", "is_late": False}],
    }


def distributed(meeting: int, body: int, at: datetime) -> Rows:
    """The short account of a meeting, and that a member of the body was sent its papers as others are."""
    summary = {
        "meeting_id": meeting,
        "text": "Kort.",
        "written_at": at,
        "written_by": "Person 1",
        "sent_by": "Person 1",
    }
    dispatch = {"meeting_id": meeting, "person_id": body * 100 + 1, "sent_at": at}
    return {
        MeetingSummary: [summary | {"sent_text": "Kort.", "sent_at": at}],
        Dispatch: [dispatch | {"what": what} for what in (Distributed.AGENDA, Distributed.MINUTES)],
    }


def shared(meeting: int, body: int, at: datetime) -> Rows:
    """Returns what the member who asks has shared of a meeting's first case, and what came."""
    if body != 1:
        return {}
    key = meeting * 10 + 1
    return {
        LocalInput: [
            {"id": key, "case_id": key, "meeting_id": meeting, "seat_id": MEMBER, "person_id": MEMBER}
            | {"organisation_name": "Sykehus 1 HF", "lang": "nb", "shared_at": at, "told_at": at}
        ],
        LocalInputAnswer: [
            {"id": key, "local_input_id": key, "person_id": MEMBER, "stance": InputStance.SUPPORTS}
            | {"words": "Bra.", "name": "", "at": at}
        ],
    }
