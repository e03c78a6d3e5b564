"""Drawing a view: as a sheet of words, and as a card filled from its shape, whole.

Text in a card is plain text: each face escapes it for the place it appears, and cuts it to what it has room for.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lisbot.cards.fill import Card, fill, template
from lisbot.cards.form import form_data
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Bar, Chip, Fact, Link, Opens, Row, Section, Sheet, Step, Table, joined, quietly
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.cards import (
        calendar,
        cases,
        delivery,
        distribution,
        journeys,
        local_inputs,
        log,
        mail,
        processes,
        referrals,
        reminders,
        votes,
    )
    from lisbot.cards.consultations import consultations, lists
    from lisbot.cards.meetings import (
        agenda,
        attendance,
        batch,
        calls,
        guests,
        meetings,
        proposals,
        standing_items,
        triage,
        year_plan,
    )
    from lisbot.cards.minutes import carry_through, follow_ups, minutes, outcomes, summaries
    from lisbot.cards.overview import body, body_export, dashboard, menu, welcome, worklist
    from lisbot.cards.register import (
        body_settings,
        composition,
        consents,
        coordination,
        imports,
        line_confirmations,
        people,
        person_data,
        retention,
        rosters,
        seat_changes,
        seats,
        secretariat,
    )
    from lisbot.cards.register import history as register_history
else:
    calendar, cases, delivery, distribution, log, mail = defer(
        "lisbot.cards", "calendar cases delivery distribution log mail"
    )
    consultations, lists = defer("lisbot.cards.consultations", "consultations lists")
    processes, referrals, reminders, votes = defer("lisbot.cards", "processes referrals reminders votes")
    journeys, local_inputs = defer("lisbot.cards", "journeys local_inputs")
    composition, coordination, register_history = defer("lisbot.cards.register", "composition coordination history")
    consents, line_confirmations, rosters = defer("lisbot.cards.register", "consents line_confirmations rosters")
    people, seat_changes, seats = defer("lisbot.cards.register", "people seat_changes seats")
    body_settings, imports, person_data, retention, secretariat = defer(
        "lisbot.cards.register", "body_settings imports person_data retention secretariat"
    )
    body, body_export, dashboard, menu, welcome, worklist = defer(
        "lisbot.cards.overview", "body body_export dashboard menu welcome worklist"
    )
    carry_through, follow_ups, minutes, outcomes, summaries = defer(
        "lisbot.cards.minutes", "carry_through follow_ups minutes outcomes summaries"
    )
    agenda, attendance, batch, calls, meetings, proposals, triage, year_plan, standing_items = defer(
        "lisbot.cards.meetings", "agenda attendance batch calls meetings proposals triage year_plan standing_items"
    )
    (guests,) = defer("lisbot.cards.meetings", "guests")

FORM = "form"
CHOSEN = "✓ "  # before what the viewer has answered
DONE = "✓ "  # before a step that is done
STEP = " → "
COLORS = {"": "Default", "good": "Good", "warning": "Warning", "attention": "Attention"}
PRIMARY = 6  # actions in one row; a card's others fold away (Teams, "Action.Execute", mode)
SHEETS: dict[str, Callable[[Any, Viewer], Sheet]] = {
    "menu": menu.menu,
    "worklist": worklist.worklist,
    "dashboard": dashboard.dashboard,
    "body": body.body,
    "welcome": welcome.welcome,
    "person": people.person,
    "person_record": people.person_record,
    "account": people.account,
    "room": seats.room,
    "register": seats.register,
    "seat_change": seat_changes.seat_change,
    "composition": composition.composition,
    "compositions": composition.compositions,
    "coordination": coordination.coordination,
    "look_back": register_history.look_back,
    "terms": register_history.terms,
    "line_confirmation": line_confirmations.line_confirmation,
    "roster": rosters.roster,
    "consent": consents.consent,
    "consents": consents.consents,
    "consent_text": consents.consent_text,
    "body_export": body_export.body_export,
    "body_settings": body_settings.body_settings,
    "secretariat": secretariat.secretariat,
    "organisation": secretariat.organisation,
    "person_data": person_data.person_data,
    "register_import": imports.register_import,
    "retention": retention.retention,
    "case": cases.case,
    "waiting_cases": cases.waiting_cases,
    "year_plan": year_plan.year_plan,
    "year_plans": year_plan.year_plans,
    "meeting": meetings.meeting,
    "batch": batch.batch,
    "guest_invitations": guests.guest_invitations,
    "guest_invitation": guests.guest_invitation,
    "standing_items": standing_items.standing_items,
    "call": calls.call,
    "proposal": proposals.proposal,
    "triage": triage.triage,
    "agenda": agenda.agenda,
    "forecast": attendance.forecast,
    "vote": votes.vote,
    "minutes": minutes.minutes,
    "carry_through": carry_through.carry_through,
    "follow_ups": follow_ups.follow_ups,
    "summary": summaries.summary,
    "outcome": outcomes.outcome,
    "outcomes": outcomes.outcomes,
    "distribution": distribution.distribution,
    "dispatch": distribution.dispatch,
    "consultation": consultations.consultation,
    "consultations": lists.consultations,
    "publications": distribution.publications,
    "publication": distribution.publication,
    "outside_parties": referrals.outside_parties,
    "referral": referrals.referral,
    "referrals": referrals.referrals,
    "journey": journeys.journey,
    "process": processes.process,
    "processes": processes.processes,
    "case_process": processes.case_process,
    "local_input": local_inputs.local_input,
    "local_inputs": local_inputs.local_inputs,
    "shared_item": local_inputs.shared_item,
    "deliveries": delivery.deliveries,
    "undelivered": delivery.undelivered,
    "quiet_time": delivery.quiet_time,
    "reminder": reminders.reminder,
    "calendar_feed": calendar.calendar_feed,
    "inbound_mails": mail.inbound_mails,
    "reminder_plan": reminders.reminder_plan,
    "log_check": log.log_check,
    "log_history": log.log_history,
    "readings": log.readings,
}


# Which shape in cards/ each is drawn in; whatever is not here, in "sheet".
SHAPES = {
    "agenda": "notice",
    "call": "call",
    "case": "case",
    "meeting": "meeting",
    "minutes": "minutes",
    "triage": "triage",
    "vote": "vote",
    "worklist": "worklist",
}


def draw_sheet(shows: str, view: Any, viewer: Viewer) -> Sheet:
    """Returns what there is to say of a view to this viewer, in their language."""
    return SHEETS[shows](view, viewer)


def draw_card(shows: str, view: Any, viewer: Viewer) -> Card:
    """Returns the card of a view, or of a form, whole: what a platform has no room for is cut where it is sent."""
    data = form_data(view, viewer) if shows == FORM else sheet_data(draw_sheet(shows, view, viewer), viewer)
    return fill_card(shows, data)


def sheet_card(sheet: Sheet, shows: str, viewer: Viewer) -> Card:
    """Returns a sheet in the shape of what it shows."""
    return fill_card(shows, sheet_data(sheet, viewer))


def fill_card(shows: str, data: dict[str, Any]) -> Card:
    return fill(template(shape_of(shows)), data)  # type: ignore[no-any-return]


def shape_of(shows: str) -> str:
    """Returns the name of the shape in cards/ that something is drawn in."""
    return FORM if shows == FORM else SHAPES.get(shows, "sheet")


def sheet_data(sheet: Sheet, viewer: Viewer) -> dict[str, Any]:
    """Returns what every shape but the form's is filled with."""
    above, sections = told_sections(sheet)
    shown = [section_data(section, viewer, number) for number, section in enumerate(sections)]
    details = [section for section in shown if section["is_detail"]]
    plain = [number for number, section in enumerate(shown) if not section["is_detail"]]
    before = [section for section in shown[: plain[-1] if plain else 0] if section["is_detail"]]
    after = details[len(before) :]
    return {
        "lang": viewer.lang,
        "above": above,
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "state": joined(sheet.state, *chip_words(sheet.chips)),
        "color": COLORS[sheet.status],
        "steps": STEP.join(step_words(step, viewer) for step in sheet.steps),
        "lead": [row_data(sheet.leads, viewer)] if sheet.leads else [],
        "links": [open_link(link) for link in sheet.links],
        "lines": list(sheet.lines),
        "answers": [{"buttons": row} for row in batches(buttons(answers(sheet, viewer)), PRIMARY)],
        "facts": facts(sheet.facts),
        "sections": [section for section in shown if not section["is_detail"]],
        "details": details,
        "before": before,
        "after": after,
        "folded": [
            *(["before"] if before else []),
            *(section["id"] for section in shown if section["folded"]),
            *(["after"] if after else []),
        ],
        "show_details": viewer.t("card.show_details"),
        "actions": [
            button(action) | ({"mode": "secondary"} if number >= PRIMARY else {})
            for number, action in enumerate(sheet.actions)
        ],
    }


def answers(sheet: Sheet, viewer: Viewer) -> Sequence[Action]:
    """Returns the buttons that answer what is asked; where they are more than stand out, one that asks for the answer,
    so that none is seen before another."""
    if len(sheet.answers) <= PRIMARY:
        return sheet.answers
    first, *rest = sheet.answers
    shared = {
        name: value for name, value in first.arguments.items() if all(a.arguments.get(name) == value for a in rest)
    }
    title = viewer.t(f"command.{first.command}.button")
    return (Action(title, first.command, shared, asks=True, style="positive"),)


def told_sections(sheet: Sheet) -> tuple[str, list[Section]]:
    """Returns the sections, the first without the row that the sheet's title says already; and its heading, where that
    was all there was under it."""
    if sheet.leads is None:
        return "", list(sheet.sections)
    first, *rest = sheet.sections
    without = replace(first, rows=first.rows[1:])
    return (first.heading, rest) if without.is_empty else ("", [without, *rest])


def step_words(step: Step, viewer: Viewer) -> str:
    """Returns a step with its day: done, or going on now, or neither."""
    words = joined(step.title, step.day, by=" ")
    return DONE + words if step.is_done else viewer.t("card.step_now", step=words) if step.is_now else words


def batches(given: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [given[start : start + size] for start in range(0, len(given), size)]


def facts(given: Iterable[Bar | Fact]) -> list[dict[str, str]]:
    return [{"title": fact.title, "value": fact.value} for fact in given]


def section_data(section: Section, viewer: Viewer, number: int) -> dict[str, Any]:
    rows = [*section.rows, *(table_rows(section.table) if section.table else ())]
    drawn = [row_data(row, viewer) for row in rows]
    is_marked = any(row.mark for row in rows)
    shown = len(section.lines) if section.folds_from is None else section.folds_from
    return {
        "id": f"folded-{number}",
        "is_detail": section.is_detail,
        "heading": joined(section.mark, section.heading, by=" "),
        "lines": list(section.lines[:shown]),
        "folded": list(section.lines[shown:]),
        "facts": facts([*section.bars, *section.facts]),
        "bars": [bar_data(bar) for bar in section.bars],
        "facts_alone": facts(section.facts),
        "rows": [] if is_marked else drawn,
        "marked_rows": drawn if is_marked else [],
        "buttons": buttons((*section.answers, *section.actions, *quietly(section.quiet))),
    }


def chip_words(chips: Iterable[Chip]) -> list[str]:
    return [chip.words for chip in chips]


def bar_data(bar: Bar) -> dict[str, Any]:
    """Returns a bar as what is said of it and its two parts, each a column as wide as its number."""
    widths = ((bar.count, "accent"), (bar.of - bar.count, "emphasis"))
    parts = [{"width": width, "style": style} for width, style in widths if width > 0]
    return {"title": bar.title, "value": bar.value, "parts": parts}


def row_data(row: Row, viewer: Viewer) -> dict[str, Any]:
    note = joined(*chip_words(row.chips), row.note)
    return {
        "mark": row.mark,
        "title": row.title,
        "title_color": COLORS["" if note else row.status],
        "text": row.text,
        "note": note,
        "note_color": COLORS[row.status],
        "buttons": [*(open_link(link) for link in row.links), *buttons(row_actions(row, viewer))],
    }


def row_actions(row: Row, viewer: Viewer) -> list[Action]:
    """Returns a row's buttons: one that opens it first, unless another leads to the same."""
    given = [*row.actions, *quietly(row.quiet)]
    if row.opens is None or any(leads_to(action, row.opens) for action in given):
        return given
    return [replace(open_button(row.opens, viewer), is_quiet=bool(row.actions)), *given]


def open_link(link: Link) -> dict[str, str]:
    return {"type": "Action.OpenUrl", "title": link.title, "url": link.url}


def open_button(opens: Opens, viewer: Viewer) -> Action:
    return Action(viewer.t(f"command.{opens.command}.button"), opens.command, opens.arguments)


def leads_to(action: Action, opens: Opens) -> bool:
    return action.command == opens.command and dict(action.arguments) == dict(opens.arguments)


def table_rows(table: Table) -> list[Row]:
    """Returns a table as rows that name each of their cells."""
    return [
        Row(
            line.cells[0],
            " · ".join(
                f"{column}: {cell}" for column, cell in zip(table.columns[1:], line.cells[1:], strict=True) if cell
            ),
            status=line.status,
            opens=line.opens,
        )
        for line in table.rows
    ]


def buttons(actions: Iterable[Action]) -> list[dict[str, Any]]:
    return [button(action) for action in actions]


def button(action: Action) -> dict[str, Any]:
    """Returns a button that runs a command, or asks for its form. What it carries is checked when pressed."""
    drawn: dict[str, Any] = fill(
        template("ask" if action.asks else "button"),
        {
            "verb": action.command,
            "title": f"{CHOSEN}{action.title}" if action.is_chosen else action.title,
            "data": dict(action.arguments),
            "style": action.style,
        },
    )
    return drawn | {"mode": "secondary"} if action.is_quiet else drawn
