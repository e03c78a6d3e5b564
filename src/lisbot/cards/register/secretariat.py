"""A secretariat: who works there, what it runs, and what it has set up."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, goes_to, joined, section, sheet
from lisbot.council.register.views.secretariats import BodyTemplateLine, OrganisationView, SecretariatView, StaffLine
from lisbot.texts import format_day, format_list


def secretariat(view: SecretariatView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        view.name,
        subtitle=view.region,
        lines=() if view.bodies else [t("card.secretariat.empty")],
        sections=[
            section(
                t("card.secretariat.bodies"),
                rows=[
                    Row(body.name, note=body.region, opens=Opens("body.show_settings", {"body_id": body.id}))
                    for body in view.bodies
                ],
            ),
            section(t("card.secretariat.staff"), rows=[staff_row(line, viewer) for line in view.staff]),
            section(
                t("card.secretariat.imports"),
                rows=[
                    Row(
                        line.file_name,
                        note=viewer.say(line.made_at),
                        text=viewer.say(line.state),
                        opens=Opens("register_import.show", {"import_id": line.id}),
                    )
                    for line in view.imports
                ],
            ),
            section(t("card.secretariat.templates"), rows=[template_row(line, viewer) for line in view.templates]),
            section(
                t("card.secretariat.unseated"),
                rows=[
                    Row(person.name, opens=Opens("person.show", {"person_id": person.id})) for person in view.unseated
                ],
                is_detail=True,
                folds=True,
            ),
            section(
                t("card.secretariat.organisations"),
                rows=[organisation_row(each, viewer) for each in view.organisations],
                is_detail=True,
                folds=True,
            ),
        ],
        actions=[
            *actions(viewer, view.actions, positive=() if view.bodies else ("register_import.upload",)),
            goes_to(viewer, "retention.show", secretariat_id=view.id),
            goes_to(viewer, "reading.list"),
            goes_to(viewer, "outside_party.list"),
            goes_to(viewer, "process.list"),
        ],
        opens=Opens("secretariat.show", {"secretariat_id": view.id}),
        up=Opens("dashboard.show", {}),
    )


def staff_row(line: StaffLine, viewer: Viewer) -> Row:
    begins = format_day(viewer.lang, line.from_on)
    until = format_day(viewer.lang, line.to_on) if line.to_on else viewer.t("card.register.now")
    return Row(
        line.name,
        joined(viewer.say(line.post), f"{begins} – {until}"),
        opens=Opens("person.show", {"person_id": line.person_id}),
        quiet=actions(viewer, line.actions),
    )


def template_row(line: BodyTemplateLine, viewer: Viewer) -> Row:
    names = format_list(viewer.lang, [body.name for body in line.bodies])
    behind = format_list(viewer.lang, [body.name for body in line.behind])
    return Row(
        line.name,
        names or viewer.t("card.secretariat.unused"),
        viewer.t("card.secretariat.behind", names=behind) if behind else "",
        status="warning" if behind else "",
    )


def organisation_row(view: OrganisationView, viewer: Viewer) -> Row:
    return Row(view.name, joined(viewer.say(view.kind), view.region), quiet=actions(viewer, view.actions))


def organisation(view: OrganisationView, viewer: Viewer) -> Sheet:
    return sheet(
        view.name,
        subtitle=view.region,
        facts=[(viewer.t("arg.short_name"), view.short_name), (viewer.t("arg.org_kind"), viewer.say(view.kind))],
        actions=[*actions(viewer, view.actions), goes_to(viewer, "secretariat.show")],
        up=Opens("secretariat.show", {}),
    )
