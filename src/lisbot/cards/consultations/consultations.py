"""A consultation with its days, statements, draft and reply, and what it waits for among one's work."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from lisbot.cards.consultations.letters import to_asker
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Opens,
    Row,
    Section,
    Sheet,
    Step,
    Table,
    TableRow,
    actions,
    capitalised,
    goes_to,
    joined,
    section,
    sheet,
)
from lisbot.council.consultations.views import (
    AskedConsultation,
    ConsultationAnswer,
    ConsultationCase,
    ConsultationCommentLine,
    ConsultationQuestion,
    ConsultationRequestLine,
    ConsultationView,
    ConsultedBodyLine,
)
from lisbot.council.enums import CONSULTATION_OVER
from lisbot.council.enums import ConsultationState as S
from lisbot.texts import format_list, join_items, short_date

STATUS = {S.SENT: "good", S.WITHDRAWN: "warning"}
NEXT = {
    S.PREPARED: ("consultation.ask",),
    S.ASKED: ("consultation.draft",),
    S.ADOPTED: ("consultation.send",),
}
BRIEF = 160  # characters of an answer in the table; the whole of it stands below


def own_actions(line: ConsultationRequestLine, viewer: Viewer, *, is_alone: bool) -> tuple[Action, ...]:
    """Returns the buttons by which the member states a view. Who speaks for several hospitals is told for which."""
    drawn = actions(viewer, line.actions)
    if is_alone:
        return drawn
    title = viewer.t("card.consultation.state_for", organisation=line.organisation)
    return tuple(replace(each, title=title) for each in drawn)


def consultation(view: ConsultationView, viewer: Viewer) -> Sheet:
    if view.is_asker:
        return to_asker(view, viewer)
    t = viewer.t
    own = [each for each in view.requests if each.is_own]
    answering = [each for line in own for each in own_actions(line, viewer, is_alone=len(own) == 1)]
    due = due_answers(view, viewer)
    positive = ("consultation.comment",) if asks_comment(view) else NEXT.get(view.state, ())
    drawn = actions(viewer, view.actions, positive=positive)
    return sheet(
        joined(t("card.consultation.numbered", number=view.number), view.title, by=": "),
        subtitle=view.asker,
        state=viewer.say(view.state),
        status=STATUS.get(view.state, ""),
        lines=[
            t("card.consultation.recused", organisation=view.applicant) if view.is_recused else "",
            *(asked(line, view, viewer) for line in own),
            upcoming(view, viewer),
            silent_words(view, viewer),
            t("card.consultation.unrepresented", names=format_list(viewer.lang, view.unrepresented))
            if view.unrepresented
            else "",
            t("card.consultation.withdrawn", reason=view.end_reason) if view.state is S.WITHDRAWN else "",
        ],
        answers=due,
        steps=[
            Step(
                t(f"card.consultation.step.{each.step}"),
                short_date(viewer.lang, each.done_on or each.day, viewer.today),
                each.is_done,
                each.step == view.next_step,
            )
            for each in view.days
        ],
        facts=[
            # Whoever represents somebody is told the day that is theirs.
            (t("arg.answer_by"), viewer.say(view.answer_by) if view.is_keeper or not view.days else ""),
            (t("arg.applicant_id"), view.applicant),
            (t("arg.specialty"), view.specialty),
            (t("arg.region"), view.region),
            (t("arg.reference"), view.reference),
            (t("arg.arrived_on"), viewer.say(view.arrived_on)),
            (t("card.consultation.registered_by"), view.registered_by),
        ],
        sections=[
            section(t("card.consultation.reply"), lines=reply_lines(view, viewer)) if view.reply else None,
            section(t("card.consultation.case"), rows=[asked_about(view.case)] if view.case else ()),
            section(t("arg.background"), lines=[view.background]),
            section(t("arg.links"), lines=view.links),
            section(
                t("card.consultation.draft"),
                lines=[
                    t("card.consultation.kept") if view.state is S.ASKED else "",
                    t("card.consultation.drafted", at=view.drafted_at, name=view.drafted_by),
                    view.draft,
                ],
            )
            if view.draft and not view.reply
            else None,
            section(t("card.consultation.comments"), rows=[comment_row(each, view, viewer) for each in view.comments]),
            section(t("card.consultation.bodies"), rows=[body_row(each, view, viewer) for each in view.bodies]),
            section(
                t("card.consultation.questions"),
                rows=[question_row(each, viewer) for each in view.questions],
                is_detail=view.state is not S.PREPARED,
            ),
            compared(view, viewer),
            section(t("card.consultation.requests"), rows=[request_row(each, view, viewer) for each in view.requests]),
            *(statement_section(each, view, viewer) for each in view.requests),
        ],
        actions=[
            *drawn,
            *(each for each in answering if each not in due),
            goes_to(viewer, "consultation.list"),
        ],
        opens=Opens("consultation.show", {"consultation_id": view.id}),
        up=Opens("consultation.list", {}),
    )


def due_answers(view: ConsultationView, viewer: Viewer) -> tuple[Action, ...]:
    """Returns the buttons that a consultation waits for the viewer to press: to state what they have not stated yet."""
    own = [each for each in view.requests if each.is_own]
    if view.state in CONSULTATION_OVER:
        return ()
    waiting = [each for each in own if each.stated_at is None]
    return tuple(each for line in waiting for each in own_actions(line, viewer, is_alone=len(own) == 1))


def asked_about(case: ConsultationCase) -> Row:
    """Returns the case that a consultation is about, as what opens its journey."""
    return Row(joined(case.number, case.title, by=" "), case.body, opens=Opens("journey.show", {"case_id": case.id}))


def asked(line: ConsultationRequestLine, view: ConsultationView, viewer: Viewer) -> str:
    """Returns what is asked of the viewer, or that they have answered."""
    if line.is_recused or view.is_recused or view.state in CONSULTATION_OVER:
        return ""
    if line.stated_at is not None:
        return viewer.t("card.consultation.stated", organisation=line.organisation, at=line.stated_at)
    day = next(each.day for each in view.days if each.step == "statements_by")
    return viewer.t("card.consultation.asks", organisation=line.organisation, day=day)


def upcoming(view: ConsultationView, viewer: Viewer) -> str:
    """Returns what a consultation waits for and by when, and that it is overdue; nothing to whoever is told by when
    their own statement or comment is."""
    day = next((each.day for each in view.days if each.step == view.next_step), None)
    is_told = asks_comment(view) or (
        view.next_step == "statements_by" and any(each.is_own and each.stated_at is None for each in view.requests)
    )
    if day is None or is_told or view.is_recused:
        return ""
    waits = viewer.t(f"card.consultation.waits.{view.next_step}", day=day)
    before = "card.consultations.overdue" if view.is_overdue else "card.consultation.next"
    return joined(capitalised(viewer.t(before)), waits, by=": ")


def asks_comment(view: ConsultationView) -> bool:
    """Returns whether what a consultation waits for is what a member says of its draft."""
    offered = any(each.command == "consultation.comment" for each in view.actions)
    return view.next_step == "comments_by" and offered and not view.is_keeper


def silent_words(view: ConsultationView, viewer: Viewer) -> str:
    """Returns who has stated nothing: of a consultation that is over, nobody waits for them."""
    key = "consultation.compiled_silent" if view.state in CONSULTATION_OVER else "card.consultation.silent"
    return viewer.t(key, names=format_list(viewer.lang, view.silent)) if view.silent else ""


def late_words(is_late: bool, at: datetime | None, view: ConsultationView, viewer: Viewer) -> str:
    """Returns that a statement came after the deadline, or after the reply was sent."""
    if not is_late or at is None:
        return ""
    is_after = view.replied_at is not None and at > view.replied_at
    return viewer.t("card.consultation.after_reply" if is_after else "card.consultation.late")


def reply_lines(view: ConsultationView, viewer: Viewer) -> list[str]:
    t = viewer.t
    key = "reported" if view.is_own else "approved" if view.is_by_hand else "replied"
    by_hand = t("card.consultation.by_hand", asker=view.asker) if view.is_by_hand and view.is_keeper else ""
    return [
        *filter(None, (t(f"card.consultation.{key}", at=view.replied_at, name=view.replied_by), by_hand)),
        view.reply,
    ]


def body_row(line: ConsultedBodyLine, view: ConsultationView, viewer: Viewer) -> Row:
    t = viewer.t
    adopted = ""
    if line.adopted_at is not None and line.adopted_way is not None:
        way = viewer.say(line.adopted_way)
        adopted = t("card.consultation.adopted", at=line.adopted_at, name=line.adopted_by, way=way)
    return Row(
        line.body.name,
        adopted,
        line.adopted_note,
        status="good" if adopted else "",
        actions=actions(viewer, line.actions, positive=("consultation.adopt",)),
    )


def question_row(question: ConsultationQuestion, viewer: Viewer) -> Row:
    return Row(
        f"{question.id}. {question.words}",
        joined(viewer.say(question.kind), join_items(question.options)),
        viewer.t("card.consultation.required") if question.is_required else "",
    )


def said(answer: ConsultationAnswer, viewer: Viewer) -> str:
    """Returns an answer in the viewer's language."""
    if answer.day is not None:
        return str(viewer.say(answer.day))
    if answer.is_yes is not None:
        return viewer.t("card.yes" if answer.is_yes else "card.no")
    return answer.words


def brief(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= BRIEF else f"{line[: BRIEF - 1].rstrip()}…"


def compared(view: ConsultationView, viewer: Viewer) -> Section | None:
    """Returns what all have answered beside each other: a line for each organisation, a column for each question."""
    read = [each for each in view.requests if each.statement is not None]
    if len(read) < 2:
        return None
    several = len({each.body for each in view.requests}) > 1
    rows = []
    for line in read:
        assert line.statement is not None
        given: Mapping[int, str] = {each.question_id: brief(said(each, viewer)) for each in line.statement.answers}
        name = joined(line.body if several else "", line.organisation, by=": ")
        rows.append(TableRow((name, *(given.get(each.id, "–") for each in view.questions))))
    columns = (viewer.t("card.consultation.organisation"), *(brief(f"{q.id}. {q.words}") for q in view.questions))
    return section(viewer.t("card.consultation.compared"), table=Table(columns, tuple(rows)))


def request_row(line: ConsultationRequestLine, view: ConsultationView, viewer: Viewer) -> Row:
    t = viewer.t
    several = len({each.body for each in view.requests}) > 1
    is_over = view.state in CONSULTATION_OVER
    silent = t("card.consultation.never_stated" if is_over else "card.consultation.not_stated")
    stated = t("card.consultation.stated_at", at=line.stated_at) if line.stated_at else silent
    return Row(
        line.organisation,
        joined(line.body if several else "", t("card.consultation.is_recused") if line.is_recused else stated),
        late_words(line.is_late, line.stated_at, view, viewer),
        status="warning" if line.is_late else "good" if line.stated_at else "",
        quiet=() if line.is_own else actions(viewer, line.actions),
    )


def statement_section(line: ConsultationRequestLine, view: ConsultationView, viewer: Viewer) -> Section | None:
    t, statement = viewer.t, line.statement
    if statement is None:
        return None
    words = {each.id: each.words for each in view.questions}
    by = t("card.consultation.noted", name=statement.by_name) if statement.is_noted else statement.by_name
    return section(
        line.organisation,
        lines=[
            joined(viewer.say(statement.at), by, late_words(statement.is_late, statement.at, view, viewer)),
            t("card.consultation.corrected", count=statement.corrected) if statement.corrected else "",
        ],
        rows=[
            Row(f"{each.question_id}. {words.get(each.question_id, '')}", said(each, viewer))
            for each in statement.answers
        ],
        is_detail=not line.is_own,
    )


def comment_row(line: ConsultationCommentLine, view: ConsultationView, viewer: Viewer) -> Row:
    t = viewer.t
    return Row(
        line.text,
        joined(line.by_name, line.organisation, viewer.say(line.at)),
        joined(
            t("card.consultation.former_draft") if line.version != view.draft_version else "",
            t("card.consultation.late") if line.is_late else "",
        ),
    )


def running_row(asked: AskedConsultation, viewer: Viewer) -> Row:
    """Returns a consultation that waits for nothing from the viewer's secretariat yet: what it waits for, and by
    when."""
    t = viewer.t
    waits = joined(
        t("card.consultations.column.waits"), t(f"card.consultation.waits.{asked.step}", day=asked.until), by=" "
    )
    return Row(
        asked.title,
        t("card.worklist.reply_by", number=asked.number, asker=asked.asker, answer_by=asked.answer_by),
        waits,
        mark=short_date(viewer.lang, asked.until),
        opens=Opens("consultation.show", {"consultation_id": asked.id}),
    )


def asked_row(asked: AskedConsultation, viewer: Viewer) -> Row:
    """Returns what a consultation waits for from the viewer, or from their secretariat, among the rest of their
    work."""
    t = viewer.t
    given: dict[str, Any] = {"asker": asked.asker, "until": asked.until}
    if asked.organisation:
        key, given["organisation"] = "consultation", asked.organisation
    elif asked.body:
        key, given["body"] = "adoption", asked.body
    elif asked.step == "comments_by":
        key = "draft"
    else:
        key, given = f"step.{asked.step}", {}
    words = t("card.worklist.reply_by", number=asked.number, asker=asked.asker, answer_by=asked.answer_by)
    return Row(
        t(f"card.worklist.{key}", title=asked.title),
        t(f"card.worklist.{key}_text", **given) if given else words,
        capitalised(t("card.consultations.overdue")) if asked.is_overdue else "",
        status="" if key == "draft" else "attention",
        mark=short_date(viewer.lang, asked.until),
        opens=Opens("consultation.show", {"consultation_id": asked.id}),
        actions=actions(viewer, asked.actions),
    )
