"""The count of a vote and what it means: pure arithmetic."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from lisbot.council.core.quorum import has_quorum
from lisbot.council.enums import Choice, Majority, Quorum, Verdict, VoteForm

IN_FAVOUR = {VoteForm.MOTION: (Choice.FOR,), VoteForm.CONSENT: (Choice.AGREE, Choice.REMARKS)}
OPPOSED = {VoteForm.MOTION: (Choice.AGAINST,), VoteForm.CONSENT: (Choice.DISAGREE,)}


def count(options: Sequence[str], choices: Iterable[str | None]) -> dict[str, int]:
    """Returns how many chose each option, in the options' order."""
    found = Counter(choice for choice in choices if choice)
    return {option: found[option] for option in options}


def has_majority(rule: Majority, in_favour: int, opposed: int, entitled: int) -> bool:
    """Returns whether a question passes by a rule.

    Abstentions count in none but the absolute majority, which is of all who could answer. Nobody in favour
    passes nothing, and a tie does not pass.
    """
    given = in_favour + opposed
    if not in_favour:
        return False
    match rule:
        case Majority.SIMPLE:
            return in_favour > opposed
        case Majority.MORE_THAN_HALF:
            return in_favour * 2 > given
        case Majority.TWO_THIRDS:
            return Fraction(in_favour, given) >= Fraction(2, 3)
        case Majority.FOUR_FIFTHS:
            return Fraction(in_favour, given) >= Fraction(4, 5)
        case Majority.ABSOLUTE:
            return in_favour * 2 > entitled
        case Majority.UNANIMOUS:
            return opposed == 0


def judge(
    form: VoteForm, counts: Mapping[str, int], entitled: int, quorum: Quorum | None, majority: Majority | None
) -> Verdict:
    """Returns what the count means by the rules that are set, or that none is."""
    if quorum and not has_quorum(quorum, sum(counts.values()), entitled):
        return Verdict.NO_QUORUM
    if majority is None:
        return Verdict.NO_RULE
    if form is VoteForm.SINGLE:
        in_favour = max(counts.values(), default=0)
        if list(counts.values()).count(in_favour) != 1:
            return Verdict.FAILED
        opposed = sum(counts.values()) - in_favour
    else:
        in_favour = sum(counts.get(choice, 0) for choice in IN_FAVOUR[form])
        opposed = sum(counts.get(choice, 0) for choice in OPPOSED[form])
    return Verdict.PASSED if has_majority(majority, in_favour, opposed, entitled) else Verdict.FAILED
