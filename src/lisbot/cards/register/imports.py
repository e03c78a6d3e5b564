"""A spreadsheet that is brought into the register: what was understood, what is asked, what it makes or made."""

from collections.abc import Sequence

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Section, Sheet, actions, goes_to, joined, section, sheet
from lisbot.council.core.views import is_allowed
from lisbot.council.register.views.secretariats import RegisterImportView
from lisbot.texts import format_list

MAX_NAMES = 200  # of each kind, in words


def register_import(view: RegisterImportView, viewer: Viewer) -> Sheet:
    t = viewer.t
    first = "register_import.answer" if view.open_questions else "register_import.carry_out"
    shown = [
        each
        for each in view.actions
        if (each.command != "register_import.carry_out" or not view.open_questions)
        and (each.command != "register_import.answer" or view.open_questions or view.answered)
    ]
    is_open = is_allowed(view.actions, "register_import.answer")
    return sheet(
        view.file_name,
        subtitle=view.secretariat,
        state=viewer.say(view.state),
        lines=[
            t("card.register_import.lines", count=view.lines),
            t("card.register_import.asks", count=view.open_questions) if view.open_questions else "",
            t("card.register_import.filled", count=view.filled) if view.filled else "",
            t("card.register_import.formulas", count=view.formulas) if view.formulas else "",
            t("card.register_import.sheets_not_read", names=format_list(viewer.lang, view.sheets_not_read))
            if view.sheets_not_read
            else "",
        ],
        facts=[
            (t("card.register_import.body"), str(len(view.bodies))),
            (t("card.register_import.organisation"), str(len(view.organisations))),
            (t("card.register_import.person"), str(len(view.people))),
            (t("card.register_import.known"), str(view.known_people or "")),
            (t("card.register_import.seat"), str(view.seats)),
            (t("card.register_import.term"), str(view.terms)),
        ],
        sections=[
            section(
                t("card.register_import.columns"),
                facts=[(heading, t(f"import.column.{meaning}")) for meaning, heading in view.columns],
                lines=[t("card.register_import.unknown", names=format_list(viewer.lang, view.unknown))]
                if view.unknown and is_open
                else (),
            ),
            section(
                t("card.register_import.left_out"),
                rows=[
                    Row(
                        t("card.register_import.line", number=each.line),
                        joined(each.said, t(f"import.left_out.{each.why}")),
                    )
                    for each in view.left_out
                ],
                folds=True,
            ),
            names("body", view.bodies, viewer),
            names("organisation", view.organisations, viewer),
            names("person", view.people, viewer),
        ],
        actions=[
            *actions(viewer, shown, positive=(first,)),
            goes_to(viewer, "secretariat.show"),
        ],
        opens=Opens("register_import.show", {"import_id": view.id}),
        up=Opens("secretariat.show", {}),
    )


def names(kind: str, given: Sequence[str], viewer: Viewer) -> Section:
    """Returns what is new of a kind, by name."""
    return section(
        viewer.t(f"card.register_import.{kind}"),
        rows=[Row(name) for name in given[:MAX_NAMES]],
        is_detail=True,
        folds=True,
        count=len(given),
    )
