"""Change processes for a bench's councils: one of each secretariat's, and a case of each meeting in it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from lisbot.council.enums import StageHolder
from lisbot.council.models import Base, CaseProcess, Process, ProcessStage, ProcessVersion, StageStay

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
