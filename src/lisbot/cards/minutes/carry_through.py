"""Carry-through: which organisation did what with which case, as a picture, a table and words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lisbot.cards.minutes.follow_ups import answer_note, to_seats, what_came, what_is_asked
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Grid,
    GridCell,
    GridRow,
    Opens,
    Row,
    Sheet,
    Table,
    TableRow,
    actions,
    capitalised,
    goes_to,
    joined,
    section,
    sheet,
)
from lisbot.council.enums import FollowUpState as S
from lisbot.council.minutes.views import PLANNED, CarriedCase, CarryAnswer, CarryThroughView, Silence
from lisbot.texts import numeric_day, short_date

# The sign and the colour of each state, the least far first: of several things it is the first that counts.
SIGNS = {
    S.OPEN: ("?", "attention"),
    S.WAITS: ("…", "warning"),
    S.WILL_BE: ("→", "coming"),
    S.RAISED: ("↑", "coming"),
    S.DONE: ("✓", "good"),
    S.INTRODUCED: ("✓", "good"),
    S.NOT_RELEVANT: ("–", ""),
}
ORDER = tuple(SIGNS)
PASSED = None  # before all of them: a day that an organisation gave is past, and nothing more was said


def carry_through(view: CarryThroughView, viewer: Viewer) -> Sheet:
    t = viewer.t
    given = [answer for case in view.cases for answers in case.answers for answer in answers]
    told = sum(answer.state is not S.OPEN for answer in given)
    is_staff = viewer.allows("carry_through.remind", view.body.id)
    return sheet(
        t("card.carry_through.title"),
        subtitle=t("card.carry_through.subtitle", body=view.body.name, year=str(view.year)),
        lines=[
            t("card.carry_through.told", count=len(given), told=told) if given else "",
            t("card.carry_through.from_earlier", count=view.earlier) if view.earlier else "",
            *([] if view.cases else [t("card.carry_through.none", year=str(view.year))]),
            *([] if view.cases else [t("card.carry_through.none_means")]),
        ],
        sections=[
            section(
                t("card.carry_through.own"),
                rows=[] if is_staff else [row for case in view.cases for row in own_rows(case, view, viewer)],
            ),
            section(
                t("card.carry_through.silent"),
                rows=[silent_row(each, view.body.id, viewer) for each in view.silent],
                actions=actions(viewer, view.actions) if view.silent else (),
            ),
            section(t("card.carry_through.picture"), grid=grid(view, viewer), table=table(view, viewer)),
            section(
                t("card.carry_through.words"),
                rows=[row for case in view.cases for row in word_rows(case, view, viewer)],
                folds=True,
                is_detail=True,
            ),
        ],
        actions=[
            goes_to(
                viewer,
                "carry_through.show",
                title=t("card.carry_through.earlier"),
                body_id=view.body.id,
                year=view.year - 1,
            ),
            goes_to(
                viewer,
                "carry_through.show",
                title=t("card.carry_through.later"),
                body_id=view.body.id,
                year=view.year + 1,
            )
            if view.year < viewer.today.year
            else None,
        ],
        opens=Opens("carry_through.show", {"body_id": view.body.id, "year": view.year}),
        up=Opens("body.show", {"body_id": view.body.id}),
    )


def with_day(words: str, case: CarriedCase, view: CarryThroughView, viewer: Viewer) -> str:
    """Returns words for a case, with the meeting's day where several meetings have decided of it."""
    several = sum(each.case_id == case.case_id for each in view.cases) > 1
    return joined(words, short_date(viewer.lang, case.held_on, viewer.today) if several else "", by=", ")


def case_name(case: CarriedCase, view: CarryThroughView, viewer: Viewer) -> str:
    title = viewer.t("card.agenda.withheld_item") if case.is_withheld else case.title
    return with_day(joined(case.number, title, by=" "), case, view, viewer)


def own_rows(case: CarriedCase, view: CarryThroughView, viewer: Viewer) -> Iterator[Row]:
    """Yields what the viewer may answer of a case for their organisation: what has no answer stands out."""
    for answer in (each for answers in case.answers for each in answers if each.actions):
        is_new = answer.state is S.OPEN
        yield Row(
            case_name(case, view, viewer),
            joined(
                answer.what or what_came(case.outcome, case.outcome_text, viewer),
                "" if answer.what else what_is_asked(answer.state, view.body.name, view.answer_by, viewer),
                answer.words,
                by="\n",
            ),
            capitalised(str(viewer.say(answer.state)))
            if is_new
            else answer_note(answer.state, answer.day, answer.name, viewer),
            "attention" if is_new or answer.is_past else SIGNS[answer.state][1].replace("coming", ""),
            opens=None if case.is_withheld else Opens("case.show", {"case_id": case.case_id}),
            actions=actions(viewer, answer.actions),
        )


def silent_row(silence: Silence, body_id: int, viewer: Viewer) -> Row:
    return Row(
        silence.organisation.name,
        "" if silence.is_represented else viewer.t("card.carry_through.nobody"),
        viewer.t("card.carry_through.silent_on", count=silence.count),
        "warning" if silence.is_represented else "attention",
        actions=tuple(to_seats(body_id, silence.is_represented, viewer)),
    )


def grid(view: CarryThroughView, viewer: Viewer) -> Grid | None:
    """Returns the cases and the organisations as a picture."""
    if not view.cases:
        return None
    rows = tuple(
        GridRow(with_day(case.number, case, view, viewer), tuple(cell(answers, viewer) for answers in case.answers))
        for case in view.cases
    )
    used = {replace(each, day="") for row in rows for each in row.cells if each is not None}
    signs = (PASSED, *ORDER)
    return Grid(
        viewer.t("card.carry_through.picture_label"),
        tuple(each.short_name for each in view.organisations),
        rows,
        tuple(found for each in signs if (found := sign(each, viewer)) in used),
    )


def cell(answers: Sequence[CarryAnswer], viewer: Viewer) -> GridCell | None:
    if not answers:
        return None
    counts = min(answers, key=lambda each: (not each.is_past, ORDER.index(each.state)))
    day = "" if counts.day is None or counts.state is S.OPEN else numeric_day(viewer.lang, counts.day, viewer.today)
    return replace(sign(PASSED if counts.is_past else counts.state, viewer), day=day)


def sign(state: S | None, viewer: Viewer) -> GridCell:
    """Returns the sign of a state; of none that a day somebody gave has passed."""
    if state is PASSED:
        return GridCell("!", viewer.t("card.carry_through.passed"), "attention")
    mark, status = SIGNS[state]
    return GridCell(mark, str(viewer.say(state)), status)


def table(view: CarryThroughView, viewer: Viewer) -> Table:
    return Table(
        (viewer.t("card.carry_through.case"), *(each.name for each in view.organisations)),
        tuple(
            TableRow(
                (case_name(case, view, viewer), *(cell_words(answers, viewer) for answers in case.answers)),
                opens=None if case.is_withheld else Opens("case.show", {"case_id": case.case_id}),
            )
            for case in view.cases
        ),
    )


def cell_words(answers: Sequence[CarryAnswer], viewer: Viewer) -> str:
    """Returns what an organisation has answered of a case: of several things each."""
    return joined(*(short_answer(answer, viewer) for answer in answers), by="; ")


def short_answer(answer: CarryAnswer, viewer: Viewer) -> str:
    words = str(viewer.say(answer.state))
    if answer.day is None or answer.state is S.OPEN:
        return words
    how = "past" if answer.is_past else "planned" if answer.state in PLANNED else "with_day"
    day = short_date(viewer.lang, answer.day, viewer.today)
    return viewer.t(f"card.carry_through.answer_{how}", state=words, day=day)


def word_rows(case: CarriedCase, view: CarryThroughView, viewer: Viewer) -> Iterator[Row]:
    """Yields what organisations have written of a case, and who is asked about it, to whoever chooses that."""
    for answer in (each for answers in case.answers for each in answers if each.words or each.what):
        yield Row(
            joined(with_day(case.number, case, view, viewer), answer.organisation, by=" "),
            joined(answer.what, answer.words, by="\n"),
            capitalised(str(viewer.say(answer.state)))
            if answer.state is S.OPEN
            else answer_note(answer.state, answer.day, answer.name, viewer),
        )
