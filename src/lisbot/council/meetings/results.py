"""Reading what was recorded of a question when it closed. Older results have fewer fields."""

from collections.abc import Mapping
from typing import Any

from lisbot.council.enums import Majority, Quorum, TieRule, Verdict
from lisbot.council.meetings.views import RecusedSeat


def read_rules(result: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the verdict, what won, and the rules it was judged by, as the views have them; nothing of no result."""
    return {
        "verdict": Verdict(result["verdict"]) if result else None,
        "winner": result.get("winner"),
        "tied": tuple(result.get("tied") or ()),
        "quorum": Quorum(result["quorum"]) if result.get("quorum") else None,
        "majority": Majority(result["majority"]) if result.get("majority") else None,
        "tie_rule": TieRule(result["tie_rule"]) if result.get("tie_rule") else None,
    }


def read_recusals(result: Mapping[str, Any]) -> tuple[RecusedSeat, ...]:
    return tuple(RecusedSeat(*each) for each in result.get("recusals", ()))
