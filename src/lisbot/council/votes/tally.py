"""The count of a vote and what it means: pure arithmetic.

A vote cast is one for or against; whoever abstains has answered, which counts towards a quorum, and has cast none. In a
single choice the votes against an option are those for the others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from lisbot.council.core.quorum import has_quorum
from lisbot.council.enums import Choice, Majority, Quorum, TieRule, Verdict, VoteForm

IN_FAVOUR = {VoteForm.MOTION: (Choice.FOR,), VoteForm.CONSENT: (Choice.AGREE, Choice.REMARKS)}
OPPOSED = {VoteForm.MOTION: (Choice.AGAINST,), VoteForm.CONSENT: (Choice.DISAGREE,)}
DECIDED_BY_TIE = (Majority.SIMPLE, Majority.MORE_THAN_HALF)  # what falls short of the others falls, tie or not


def answers_to(options: Sequence[str]) -> list[str]:
    """Returns what may be answered to a question: its options, and abstaining where it is none of them."""
    return [*options, *(() if Choice.ABSTAIN in options else (str(Choice.ABSTAIN),))]


def count(options: Sequence[str], choices: Iterable[str | None]) -> dict[str, int]:
    """Returns how many chose each option, in the options' order, and how many abstained where anybody did."""
    found = Counter(choice for choice in choices if choice)
    return {option: found[option] for option in answers_to(options) if option in options or found[option]}


def leaders(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Returns the options of a single choice that most chose: several in a tie, none where nobody chose any."""
    most = max((number for option, number in counts.items() if option != Choice.ABSTAIN), default=0)
    return tuple(option for option, number in counts.items() if number == most and most and option != Choice.ABSTAIN)


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
    form: VoteForm,
    counts: Mapping[str, int],
    entitled: int,
    quorum: Quorum | None,
    majority: Majority | None,
    tie_rule: TieRule | None = None,
    chair: str | None = None,
) -> Verdict:
    """Returns what the count means by the rules that are set, or that none is. `chair`: what the chair openly chose."""
    if quorum and not has_quorum(quorum, sum(counts.values()), entitled):
        return Verdict.NO_QUORUM
    if majority is None:
        return Verdict.NO_RULE
    if is_tie(form, counts, majority):
        return break_tie(form, counts, tie_rule, chair)
    in_favour, opposed = sides(form, counts, majority)
    return Verdict.PASSED if has_majority(majority, in_favour, opposed, entitled) else Verdict.FAILED


def sides(form: VoteForm, counts: Mapping[str, int], majority: Majority) -> tuple[int, int]:
    """Returns how many are for what leads, and against it: in a single choice by most votes, the next after it."""
    if form is not VoteForm.SINGLE:
        in_favour = sum(counts.get(choice, 0) for choice in IN_FAVOUR[form])
        return in_favour, sum(counts.get(choice, 0) for choice in OPPOSED[form])
    cast = sorted((number for option, number in counts.items() if option != Choice.ABSTAIN), reverse=True)
    return cast[0], cast[1] if majority is Majority.SIMPLE else sum(cast[1:])


def is_tie(form: VoteForm, counts: Mapping[str, int], majority: Majority | None) -> bool:
    """Returns whether there is a tie that one vote more would decide."""
    if majority not in DECIDED_BY_TIE:
        return False
    in_favour, opposed = sides(form, counts, majority)
    shares_lead = form is not VoteForm.SINGLE or len(leaders(counts)) > 1
    return in_favour > 0 and in_favour == opposed and shares_lead


def break_tie(form: VoteForm, counts: Mapping[str, int], tie_rule: TieRule | None, chair: str | None) -> Verdict:
    """Returns what a tie comes to: it stays one where no rule is set, or the chair took neither side openly."""
    if tie_rule is TieRule.FAILS:
        return Verdict.FAILED
    if tie_rule is TieRule.CHAIR and chair is not None:
        if chair in (leaders(counts) if form is VoteForm.SINGLE else IN_FAVOUR[form]):
            return Verdict.PASSED
        if form is not VoteForm.SINGLE and chair in OPPOSED[form]:
            return Verdict.FAILED
    return Verdict.TIE


def find_winner(form: VoteForm, counts: Mapping[str, int], verdict: Verdict, chair: str | None) -> str | None:
    """Returns the option of a single choice that won; None where none did, and of other forms."""
    if form is not VoteForm.SINGLE or verdict is not Verdict.PASSED:
        return None
    first = leaders(counts)
    return first[0] if len(first) == 1 else chair
