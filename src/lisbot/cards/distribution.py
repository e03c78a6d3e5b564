"""Who gets what of a body beside its members, and what they were sent."""

from dataclasses import replace

from lisbot.cards.meetings.agenda import item_rows, join_link
from lisbot.cards.meetings.references import when
from lisbot.cards.minutes.items import item_section
from lisbot.cards.register.terms import period
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, capitalised, joined, section, sheet
from lisbot.council.distribution.views import (
    DispatchView,
    DistributionView,
    LineOfDistribution,
    LineOfRight,
    PublicationsView,
    PublicationView,
)
from lisbot.texts import format_day, format_list


def distribution(view: DistributionView, viewer: Viewer) -> Sheet:
    t, about = viewer.t, {"body_id": view.body.id}
    holding = [line for line in view.lines if line.is_in_force]
    others = [line for line in view.lines if not line.is_in_force]
    return sheet(
        t("card.distribution.title", body=view.body.name),
        lines=[t("card.distribution.means")],
        sections=[
            section(
                t("card.distribution.now"),
                lines=() if holding else [t("card.distribution.none")],
                rows=[receiver_row(line, viewer) for line in holding],
            ),
            section(t("card.distribution.rights"), rows=[right_row(right, viewer) for right in view.rights]),
            section(
                t("card.distribution.others"),
                rows=[receiver_row(line, viewer) for line in others],
                is_detail=True,
            ),
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("distribution_line.list", about),
        up=Opens("body.show", about),
    )


def right_row(right: LineOfRight, viewer: Viewer) -> Row:
    trusted = viewer.t("card.distribution.sees_confidential") if right.sees_confidential else ""
    return Row(
        right.of_body,
        joined(lasts(right, viewer), trusted),
        quiet=actions(viewer, right.actions),
    )


def lasts(line: LineOfDistribution | LineOfRight, viewer: Viewer) -> str:
    """Returns from when to when, and only from when where no end is set."""
    if line.to_on is None:
        return viewer.t("card.register.from", day=format_day(viewer.lang, line.from_on))
    return period(line.from_on, line.to_on, viewer)


def receiver_row(line: LineOfDistribution, viewer: Viewer) -> Row:
    """Returns who gets one thing: the receiver, then what and how long, and to the secretariat whom nothing reaches."""
    t = viewer.t
    published = str(viewer.say(line.published_on)) if line.published_on is not None else ""
    people = ""
    if line.count is not None and (line.count or line.is_in_force):
        people = t("card.distribution.people", count=line.count) if line.count else t("card.distribution.nobody")
    lost = t("card.distribution.unreached", names=format_list(viewer.lang, list(line.unreached)))
    shown = Opens("publication.list", {"body_id": line.body_id}) if line.address and line.is_in_force else None
    return Row(
        capitalised(published) or joined(line.to, line.role, by=", "),
        joined(
            viewer.say(line.what),
            people,
            lasts(line, viewer),
            line.address if line.is_in_force else "",
        ),
        lost if line.unreached else "",
        status="attention" if line.unreached else "",
        opens=shown,
        quiet=actions(viewer, line.actions),
    )


def dispatch(view: DispatchView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    return sheet(
        t("card.dispatch.title", what=view.what, body=ref.body.name),
        subtitle=when(ref, viewer),
        state=t("card.dispatch.cancelled", reason=view.cancel_reason) if view.cancel_reason is not None else "",
        status="attention" if view.cancel_reason is not None else "",
        facts=[(t("arg.place"), ref.place)],
        links=join_link(view.link, viewer),
        lines=[t("card.dispatch.why", body=ref.body.name)],
        sections=[
            section(lines=view.text.split("\n")),
            section(rows=item_rows(view.agenda, ref, viewer)),
            *(
                replace(item_section(item, number, viewer), folds_from=None)
                for number, item in enumerate(view.minutes, start=1)
            ),
        ],
        opens=Opens("dispatch.show", {"meeting_id": ref.id, "what": view.what.value}),
    )


def publications(view: PublicationsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.publications.title", body=view.body.name),
        lines=[t("card.publications.means")],
        sections=[
            section(
                lines=() if view.publications else [t("card.publications.none")],
                rows=[
                    Row(
                        when(line.meeting, viewer),
                        viewer.say(line.what),
                        opens=Opens("publication.show", {"meeting_id": line.meeting.id, "what": line.what.value}),
                    )
                    for line in view.publications
                ],
            )
        ],
        opens=Opens("publication.list", {"body_id": view.body.id}),
    )


def publication(view: PublicationView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    return sheet(
        t("card.dispatch.title", what=view.what, body=ref.body.name),
        subtitle=when(ref, viewer),
        state=t("card.publications.cancelled") if view.is_cancelled else "",
        status="attention" if view.is_cancelled else "",
        lines=[t("card.publications.means")],
        sections=[section(lines=view.text.split("\n")), section(rows=item_rows(view.agenda, ref, viewer))],
        opens=Opens("publication.show", {"meeting_id": ref.id, "what": view.what.value}),
        up=Opens("publication.list", {"body_id": ref.body.id}),
    )
