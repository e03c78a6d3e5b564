"""The list of all consultations of one's councils: what is open and what it waits for, and how the others ended."""

from collections.abc import Callable, Iterable

from lisbot.cards.consultations.consultations import STATUS
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Sheet, Table, TableRow, actions, goes_to, joined, section, sheet
from lisbot.council.consultations.views import ConsultationLine, ConsultationsView
from lisbot.texts import format_day, format_list


def consultations(view: ConsultationsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    about = {"body_id": view.body.id} if view.body else {}
    return sheet(
        t("card.consultations.title"),
        subtitle=view.body.name if view.body else "",
        lines=[
            t("card.consultations.none") if not (view.open or view.over) else "",
            t("card.consultations.more") if view.has_more else "",
        ],
        sections=[
            section(t("card.consultations.open"), table=pipeline(view, viewer)),
            section(t("card.consultations.over"), table=ended_consultations(view.over, viewer)),
        ],
        actions=[
            *actions(viewer, view.actions),
            None
            if view.done
            else goes_to(viewer, "consultation.list", title=t("card.consultations.all"), done=True, **about),
        ],
        opens=Opens("consultation.list", {**about, **({"done": True} if view.done else {})}),
        up=Opens("body.show", about) if view.body else Opens("worklist.show", {}),
    )


def pipeline(view: ConsultationsView, viewer: Viewer) -> Table:
    """Returns what each consultation waits for, by when, and who is silent; to the secretariat also when its asker
    wants the reply. Whoever represents somebody is told the day that is theirs."""
    due = ("answer_by",) if view.is_keeper else ()

    def cells(line: ConsultationLine, viewer: Viewer) -> tuple[str, ...]:
        waits, *rest = pipeline_cells(line, viewer)
        return waits, *(format_day(viewer.lang, line.answer_by) for _ in due), *rest

    silent = "silent" if view.is_keeper else "own"  # to whoever represents somebody, their own alone
    return consultations_table(("title", "asker", "bodies", "waits", *due, "stated", silent), view.open, cells, viewer)


def ended_consultations(lines: tuple[ConsultationLine, ...], viewer: Viewer) -> Table:
    """Returns how each consultation that waits for nothing ended, and when."""
    columns = ("title", "asker", "bodies", "ended", "stated")
    return consultations_table(columns, lines, ended_cells, viewer)


def consultations_table(
    columns: Iterable[str],
    lines: Iterable[ConsultationLine],
    cells: Callable[[ConsultationLine, Viewer], tuple[str, ...]],
    viewer: Viewer,
) -> Table:
    return Table(
        tuple(viewer.t(f"card.consultations.column.{each}") for each in columns),
        tuple(
            TableRow(
                (
                    joined(line.number, line.title, by=" "),
                    line.asker,
                    format_list(viewer.lang, line.bodies),
                    *cells(line, viewer),
                ),
                opens=Opens("consultation.show", {"consultation_id": line.id}),
                status="attention" if line.is_overdue else STATUS.get(line.state, ""),
            )
            for line in lines
        ),
    )


def pipeline_cells(line: ConsultationLine, viewer: Viewer) -> tuple[str, ...]:
    t = viewer.t
    waits = t(f"card.consultation.waits.{line.step}", day=line.day)
    return (
        joined(t("card.consultations.overdue") if line.is_overdue else "", waits, by=": "),
        stated(line, viewer),
        format_list(viewer.lang, line.silent) if line.silent else "–",
    )


def ended_cells(line: ConsultationLine, viewer: Viewer) -> tuple[str, ...]:
    day = format_day(viewer.lang, line.ended_at.astimezone(viewer.tz).date()) if line.ended_at else ""
    return joined(str(viewer.say(line.state)), day, by=" "), stated(line, viewer)


def stated(line: ConsultationLine, viewer: Viewer) -> str:
    return viewer.t("card.consultations.stated", stated=line.stated, asked=line.asked) if line.asked else "–"
