"""What is recorded of a question when it closes: the count, the rules it was judged by, and what they make of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from lisbot.council.enums import Verdict, VoteForm
from lisbot.council.models import Vote
from lisbot.council.votes.roll import Question, RollRow
from lisbot.council.votes.secrecy import is_enough, minimum_of
from lisbot.council.votes.tally import IN_FAVOUR, OPPOSED, count, find_winner, is_tie, judge, leaders


def make_result(
    vote: Vote, question: Question, roll: Sequence[RollRow], answers: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Returns the result of a question from its answers, each a choice and a reason.

    Of a secret question that too few have answered nothing is recorded that an answer can be read from.
    """
    entitled = sum(not row.recused for row in roll)
    common = {
        "entitled": entitled,
        "answered": len(answers),
        "recused": len(roll) - entitled,
        "recusals": [[row.holder, row.seat_name, row.recused_reason] for row in roll if row.recused],
        "quorum": vote.quorum,
        "majority": vote.majority,
        "tie_rule": vote.tie_rule,
    }
    if not is_enough(question, len(answers)):
        return common | {
            "counts": {},
            "verdict": Verdict.NOT_SHOWN,
            "winner": None,
            "tied": [],
            "minimum": minimum_of(question),
            "reasons": [],
        }
    counts = count(question.options, [choice for choice, _ in answers])
    chair = None if vote.secret else chairs_choice(roll)
    verdict = judge(vote.form, counts, entitled, vote.quorum, vote.majority, vote.tie_rule, chair)
    is_tied = verdict not in (Verdict.NO_QUORUM, Verdict.NO_RULE) and is_tie(vote.form, counts, vote.majority)
    return common | {
        "counts": counts,
        "verdict": verdict,
        "winner": find_winner(vote.form, counts, verdict, chair),
        "tied": tied_options(vote.form, counts) if is_tied else [],
        # Of a secret vote the reasons stand in the order of the alphabet, under nobody's name.
        "reasons": sorted([choice, reason] for choice, reason in answers if reason) if vote.secret else [],
    }


def chairs_choice(roll: Sequence[RollRow]) -> str | None:
    """Returns what the one who chairs chose: nothing of a chair who is recused, and of one whose deputy answers."""
    chairs = [row for row in roll if row.is_chair and not row.recused and row.stand_in is None]
    return chairs[0].choice if len(chairs) == 1 else None


def tied_options(form: VoteForm, counts: Mapping[str, int]) -> list[str]:
    """Returns the options that share the lead: the two sides, but in a single choice."""
    if form is VoteForm.SINGLE:
        return list(leaders(counts))
    return [str(choice) for choice in (*IN_FAVOUR[form], *OPPOSED[form]) if counts.get(choice)]
