"""Pure arithmetic: majorities and quorums, days and hours, holidays."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from lisbot.council.kinds import Choice, Majority, Quorum, Verdict, VoteForm

IN_FAVOUR = {VoteForm.MOTION: (Choice.FOR,), VoteForm.CONSENT: (Choice.AGREE, Choice.REMARKS)}
OPPOSED = {VoteForm.MOTION: (Choice.AGAINST,), VoteForm.CONSENT: (Choice.DISAGREE,)}


def has_majority(rule: Majority, in_favour: int, opposed: int, entitled: int) -> bool:
    """Whether a question passes by a rule. Abstentions count in none but the absolute majority, which is
    of all who could answer. Nobody in favour passes nothing, and a tie does not pass."""
    given = in_favour + opposed
    if not in_favour:
        return False
    match rule:
        case Majority.SIMPLE:
            return in_favour > opposed
        case Majority.TWO_THIRDS:
            return Fraction(in_favour, given) >= Fraction(2, 3)
        case Majority.FOUR_FIFTHS:
            return Fraction(in_favour, given) >= Fraction(4, 5)
        case Majority.ABSOLUTE:
            return in_favour * 2 > entitled
        case Majority.UNANIMOUS:
            return opposed == 0


def has_quorum(rule: Quorum, there: int, entitled: int) -> bool:
    """Whether enough of those entitled are there, or have answered."""
    match rule:
        case Quorum.HALF:
            return there * 2 >= entitled
        case Quorum.MORE_THAN_HALF:
            return there * 2 > entitled
        case Quorum.TWO_THIRDS:
            return there * 3 >= entitled * 2


def judge(
    form: VoteForm, counts: Mapping[str, int], entitled: int, quorum: Quorum | None, majority: Majority | None
) -> Verdict:
    """What the count means by the rules that are set, or that none is."""
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


def is_real(day: date, hour: time, tz: ZoneInfo) -> bool:
    """Whether an hour comes exactly once that day: not skipped in March, nor doubled in October."""
    wall = datetime.combine(day, hour)
    first, second = (wall.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first == second and first.astimezone(tz).replace(tzinfo=None) == wall


def moment(day: date, hour: time, tz: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tz).astimezone(UTC)


@cache
def norwegian(year: int, lang: str) -> Mapping[date, str]:
    return dict(holidays.country_holidays("NO", years=year, language="en_US" if lang == "en" else "no"))


def holiday(day: date, lang: str = "nb") -> str | None:
    """The public holiday that falls on a day, if one does (Sundays apart). Two may fall on the same."""
    return norwegian(day.year, lang).get(day, "").replace("; ", ", ") or None


def overlaps(a: tuple[time, time], b: tuple[time, time]) -> bool:
    return a[0] < b[1] and b[0] < a[1]
