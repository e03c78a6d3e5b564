"""Change processes, and where the cases in them are: as a picture, a table and words."""

from collections.abc import Iterable

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Grid,
    GridCell,
    GridRow,
    Opens,
    Row,
    Section,
    Sheet,
    Step,
    Table,
    TableRow,
    action,
    actions,
    capitalised,
    chips,
    goes_to,
    joined,
    section,
    sheet,
)
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import CaseProcessState, StageNeed, StageState
from lisbot.council.processes.views import (
    CaseProcessLine,
    CaseProcessTask,
    CaseProcessView,
    NoteLine,
    PathStage,
    ProcessesView,
    ProcessLine,
    ProcessView,
    StageLine,
    StayLine,
)
from lisbot.texts import format_list, short_date

S = StageState
HERE = (S.NOW, S.LATE)
# The sign and the colour of what each stage is to a case.
SIGNS = {S.DONE: ("✓", "good"), S.NOW: ("●", "coming"), S.LATE: ("!", "attention"), S.TO_COME: ("·", "")}
STATUS = {CaseProcessState.DONE: "good", CaseProcessState.STOPPED: "warning"}


def case_process(view: CaseProcessView, viewer: Viewer) -> Sheet:
    t = viewer.t
    now = next((stay for stay in reversed(view.stays) if stay.state in HERE), None)
    is_late = now is not None and now.state is S.LATE
    return sheet(
        joined(view.number, view.title, by=" "),
        subtitle=joined(view.process, view.body),
        state=now.stage if now else str(viewer.say(view.state)),
        status="attention" if is_late else STATUS.get(view.state, ""),
        chips=chips(t("card.confidential_mark") if view.confidential else ""),
        lines=[*where_it_is(view, now, viewer), *other_ways(view, viewer)] if now else [ended(view, viewer)],
        steps=[step(each, viewer) for each in view.path],
        facts=[
            (t("card.case_process.holder"), view.holder),
            (t("card.case_process.secretariat"), view.secretariat if view.secretariat != view.holder else ""),
            (
                t("card.case_process.started"),
                t("card.case_process.started_by", day=view.started_on, name=view.started_by),
            ),
            (t("card.case_process.version"), version(view, viewer)),
        ],
        sections=[
            section(
                t("card.case_process.needs"), rows=[need_row(need.what, need.is_met, viewer) for need in view.needs]
            ),
            section(t("card.case_process.table"), table=stays_table(view, viewer)),
            *(stay_section(stay, viewer) for stay in reversed(view.stays)),
        ],
        actions=[
            *(case_action(each, viewer) for each in view.actions),
            goes_to(viewer, "case.show", case_id=view.case_id) if view.case_id else None,
        ],
        opens=Opens("case_process.show", {"case_process_id": view.id}),
        up=Opens("case.show", {"case_id": view.case_id}) if view.case_id else None,
    )


def case_action(allowed: AllowedAction, viewer: Viewer) -> Action:
    """Returns a button on a case in a process: for whoever may only take it out, it says so."""
    is_out = "to" in allowed.arguments
    title = viewer.t("case_process.out") if is_out else ""
    stands_out = allowed.command == "case_process.move" and not is_out
    return action(viewer, allowed, title=title, style="positive" if stands_out else "default")


def where_it_is(view: CaseProcessView, now: StayLine, viewer: Viewer) -> list[str]:
    """Returns in words where a case is, how long it has been there, and what it waits for."""
    lacking = [need.what for need in view.needs if not need.is_met]
    said = {"stage": now.stage, "holder": view.holder}
    return [
        viewer.t("card.case_process.now", **said, count=now.days)
        if now.days
        else viewer.t("card.case_process.now_today", **said),
        time_there(now, viewer),
        viewer.t("card.case_process.waits", what=needs_words(lacking, viewer)) if lacking else "",
        viewer.t("card.case_process.ready") if view.needs and not lacking else "",
    ]


def other_ways(view: CaseProcessView, viewer: Viewer) -> list[str]:
    """Returns where the case may go instead: the steps show where it usually goes."""
    return [
        viewer.t("card.case_process.other_way", stage=each.stage, way=" → ".join(stage.name for stage in each.way))
        for each in view.others
    ]


def time_there(now: StayLine, viewer: Viewer) -> str:
    if now.due_on is None:
        return ""
    key = "card.case_process.late" if now.state is S.LATE else "card.case_process.due"
    return viewer.t(key, day=now.due_on, count=now.usual or 0)


def ended(view: CaseProcessView, viewer: Viewer) -> str:
    return viewer.t(f"card.case_process.{view.state}", day=view.ended_on)


def version(view: CaseProcessView, viewer: Viewer) -> str:
    """Returns which version of its process a case keeps, where there is a newer one."""
    if view.version == view.newest:
        return ""
    return viewer.t("card.case_process.version_kept", number=view.version, newest=view.newest)


def step(stage: PathStage, viewer: Viewer) -> Step:
    day = short_date(viewer.lang, stage.on, viewer.today) if stage.on else ""
    return Step(stage.name, day, is_done=stage.state is S.DONE, is_now=stage.state in HERE)


def needs_words(needs: Iterable[StageNeed], viewer: Viewer) -> str:
    return format_list(viewer.lang, [str(viewer.say(each)) for each in needs])


def need_row(what: StageNeed, is_met: bool, viewer: Viewer) -> Row:
    words = str(viewer.say(what))
    note = viewer.t("card.case_process.met" if is_met else "card.case_process.not_met")
    return Row(capitalised(words), note=note, status="good" if is_met else "warning")


def stays_table(view: CaseProcessView, viewer: Viewer) -> Table:
    """Returns where a case has been, is, and usually goes from there."""
    columns = ("stage", "holder", "from", "to", "days", "usual")
    ahead = [each for each in view.path if each.state is S.TO_COME]
    return Table(
        tuple(viewer.t(f"card.case_process.column.{name}") for name in columns),
        (
            *(TableRow(stay_cells(stay, viewer), status=table_status(stay)) for stay in view.stays),
            *(TableRow((joined(each.name, viewer.t("card.case_process.ahead")), *[""] * 5)) for each in ahead),
        ),
    )


def table_status(stay: StayLine) -> str:
    return "attention" if stay.state is S.LATE else ""


def stay_cells(stay: StayLine, viewer: Viewer) -> tuple[str, ...]:
    return (
        stay.stage,
        stay.holder,
        short_date(viewer.lang, stay.from_on, viewer.today),
        short_date(viewer.lang, stay.to_on, viewer.today) if stay.to_on else viewer.t("card.case_process.still"),
        str(stay.days),
        str(stay.usual) if stay.usual else "",
    )


def stay_section(stay: StayLine, viewer: Viewer) -> Section:
    """Returns what was said and noted at a stage, for those who may read it."""
    t = viewer.t
    return section(
        stay.stage if stay.words or stay.left_reason or stay.notes else "",
        lines=[
            t("card.case_process.said", name=stay.entered_by, words=stay.words) if stay.words else "",
            t("card.case_process.left", name=stay.left_by, words=stay.left_reason) if stay.left_reason else "",
        ],
        rows=[note_row(note, viewer) for note in stay.notes],
        is_detail=stay.state is S.DONE,
    )


def note_row(note: NoteLine, viewer: Viewer) -> Row:
    words = str(viewer.say(note.what))
    by = note.by_name
    if note.noted_by:
        by = viewer.t("card.referral.noted", name=note.noted_by, by=note.by_name)
    return Row(
        capitalised(words),
        joined(note.words, *note.links, by="\n"),
        joined(str(viewer.say(note.at)), by),
    )


def processes(view: ProcessesView, viewer: Viewer) -> Sheet:
    t = viewer.t
    under_way = (*view.own, *view.others)
    return sheet(
        t("card.processes.title"),
        lines=[
            t("card.processes.count", count=len(under_way)) if under_way else t("card.processes.none_under_way"),
            t("card.referrals.more") if view.has_more else "",
            "" if view.processes else t("card.processes.none"),
        ],
        sections=[
            section(t("card.processes.own"), rows=[case_row(each, viewer) for each in view.own]),
            section(t("card.processes.others"), rows=[case_row(each, viewer) for each in view.others]),
            *(picture(name, lines, viewer) for name, lines in by_process(under_way).items()),
            section(t("card.processes.ended"), rows=[case_row(each, viewer) for each in view.ended]),
            section(t("card.processes.processes"), rows=[process_row(each, viewer) for each in view.processes]),
        ],
        actions=[
            *(
                create_action(each, is_first=not view.processes and not place, viewer=viewer)
                for place, each in enumerate(view.actions)
            ),
            None if view.done else goes_to(viewer, "process.list", title=t("card.referrals.all"), done=True),
        ],
        opens=Opens("process.list", {"done": True} if view.done else {}),
        up=Opens("secretariat.show", {}),
    )


def create_action(allowed: AllowedAction, *, is_first: bool, viewer: Viewer) -> Action:
    """Returns a button that makes a process: one that comes with lisbot is named."""
    like = str(allowed.arguments.get("like", ""))
    key = f"{like.replace('shipped-', 'shipped.')}.name"
    title = viewer.t("card.processes.adopt", process=viewer.t(key)) if like else ""
    return action(viewer, allowed, title=title, style="positive" if is_first else "default")


def by_process(lines: Iterable[CaseProcessLine]) -> dict[str, list[CaseProcessLine]]:
    found: dict[str, list[CaseProcessLine]] = {}
    for line in lines:
        found.setdefault(line.process, []).append(line)
    return found


def picture(name: str, lines: list[CaseProcessLine], viewer: Viewer) -> Section:
    """Returns the cases in a process and its stages as a picture, with a table beside it."""
    t = viewer.t
    ways = [way for line in lines for way in (line.path, *(each.way for each in line.others))]
    stages = {each.number: each.name for way in ways for each in way}
    ordered = sorted(stages)
    rows = tuple(GridRow(line.number, tuple(cell(line, number, viewer) for number in ordered)) for line in lines)
    used = {each for row in rows for each in row.cells if each is not None}
    return section(
        name,
        grid=Grid(
            t("card.processes.picture_label", process=name),
            tuple(stages[number] for number in ordered),
            rows,
            tuple(each for state in SIGNS if (each := stage_sign(state, viewer)) in used),
        ),
        table=Table(
            tuple(t(f"card.processes.column.{each}") for each in ("case", "stage", "holder", "days", "waits")),
            tuple(
                TableRow(
                    line_cells(line, viewer),
                    opens=Opens("case_process.show", {"case_process_id": line.id}),
                    status="attention" if line.is_overdue else "",
                )
                for line in lines
            ),
        ),
    )


def cell(line: CaseProcessLine, number: int, viewer: Viewer) -> GridCell | None:
    """Returns what a stage is to a case: of several times there, the last."""
    found = [each.state for each in line.path if each.number == number]
    return stage_sign(found[-1], viewer) if found else None


def stage_sign(state: StageState, viewer: Viewer) -> GridCell:
    mark, status = SIGNS[state]
    return GridCell(mark, str(viewer.say(state)), status)


def line_cells(line: CaseProcessLine, viewer: Viewer) -> tuple[str, ...]:
    return (
        joined(line.number, line.title, by=" "),
        line.stage,
        line.holder,
        how_long(line, viewer),
        needs_words(line.waits_for, viewer),
    )


def how_long(line: CaseProcessLine, viewer: Viewer) -> str:
    days = viewer.t("card.processes.days", count=line.days) if line.days else viewer.t("card.processes.today")
    if not line.usual:
        return days
    return viewer.t("card.processes.of_usual", days=days, usual=viewer.t("card.processes.days", count=line.usual))


def case_row(line: CaseProcessLine, viewer: Viewer) -> Row:
    t = viewer.t
    is_over = line.state is not CaseProcessState.UNDER_WAY
    waits = t("card.case_process.waits", what=needs_words(line.waits_for, viewer)) if line.waits_for else ""
    return Row(
        joined(line.number, line.title, by=" "),
        joined(
            joined(line.stage, line.holder if line.holder != line.stage else ""), how_long(line, viewer), waits, by="\n"
        )
        if not is_over
        else line.process,
        t("card.processes.overdue") if line.is_overdue else str(viewer.say(line.since)) if is_over else "",
        status="attention" if line.is_overdue else STATUS.get(line.state, ""),
        chips=chips(
            str(viewer.say(line.state)) if is_over else "", t("card.confidential_mark") if line.confidential else ""
        ),
        opens=Opens("case_process.show", {"case_process_id": line.id}),
    )


def task_row(line: CaseProcessTask, viewer: Viewer) -> Row:
    """Returns a case that is the viewer's task at a stage, among the rest of their work."""
    return Row(
        joined(line.number, line.title, by=" "),
        joined(line.stage, line.holder, line.process),
        viewer.t("card.processes.overdue") if line.is_overdue else "",
        status="attention" if line.is_overdue else "warning",
        mark=short_date(viewer.lang, line.due_on, viewer.today) if line.due_on else "",
        opens=Opens("case_process.show", {"case_process_id": line.id}),
    )


def process_row(line: ProcessLine, viewer: Viewer) -> Row:
    return Row(
        line.name,
        line.secretariat,
        viewer.t("card.processes.count", count=line.under_way) if line.under_way else "",
        opens=Opens("process.show", {"process_id": line.id}),
    )


def process(view: ProcessView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        view.name,
        subtitle=view.secretariat,
        lines=[
            t(
                "card.process.version",
                number=view.version,
                day=view.made_at.astimezone(viewer.tz).date(),
                name=view.made_by,
            ),
            t("card.processes.count", count=view.under_way) if view.under_way else "",
            t("card.process.in_former", count=view.in_former) if view.in_former else "",
            "" if view.stages else t("card.process.no_stages"),
        ],
        sections=[
            section(
                t("card.process.stages"),
                rows=[stage_row(stage, place, viewer) for place, stage in enumerate(view.stages, start=1)],
            )
        ],
        actions=actions(viewer, view.actions, positive=() if view.stages else ("process.set_stage",)),
        opens=Opens("process.show", {"process_id": view.id}),
        up=Opens("process.list", {}),
    )


def stage_row(stage: StageLine, place: int, viewer: Viewer) -> Row:
    t = viewer.t
    holder = stage.holder_name or str(viewer.say(stage.holder))
    return Row(
        stage.name,
        joined(
            t("card.process.held_by", holder=holder),
            t("card.process.needs", what=needs_words(stage.needs, viewer)) if stage.needs else "",
            t("card.process.leads_to", stages=format_list(viewer.lang, stage.leads_to))
            if stage.leads_to
            else t("card.process.ends"),
            by="\n",
        ),
        t("card.process.usual", days=t("card.processes.days", count=stage.days)) if stage.days else "",
        mark=f"{place}.",
        quiet=tuple(
            action(viewer, each, title=t("card.process.change") if each.command == "process.set_stage" else "")
            for each in stage.actions
        ),
    )
