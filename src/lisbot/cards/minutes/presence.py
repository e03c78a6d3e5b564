"""Who was at a meeting, and which guests came to an item."""

from collections.abc import Iterable
from datetime import time

from lisbot.cards.roles import short_role
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Row,
    action,
    actions,
    joined,
)
from lisbot.council.minutes.views import (
    GuestLine,
    PresenceLine,
)


def hours(arrived: time | None, left: time | None, viewer: Viewer) -> str:
    """Returns from when to when somebody was there, where that was not all the time."""
    if arrived and left:
        return viewer.t("card.minutes.between", starts=arrived, ends=left)
    if arrived:
        return viewer.t("card.minutes.arrived", hour=arrived)
    return viewer.t("card.minutes.left", hour=left) if left else ""


def guest_row(line: GuestLine, viewer: Viewer) -> Row:
    return Row(
        joined(line.name, line.affiliation, by=", "),
        hours(line.arrived, line.left, viewer),
        viewer.t("card.minutes.guest_unsure") if line.is_unsure else "",
        status="warning" if line.is_unsure else "",
        quiet=actions(viewer, line.actions),
    )


def presence_rows(lines: Iterable[PresenceLine], viewer: Viewer) -> list[Row]:
    """Returns who sat there, each organisation's together."""
    by_organisation: dict[str, list[PresenceLine]] = {}
    for line in lines:
        by_organisation.setdefault(line.organisation, []).append(line)
    return [
        Row(
            organisation,
            "\n".join(presence_line(line, viewer) for line in sat),
            quiet=tuple(
                action(viewer, each, title="" if len(sat) == 1 else line.name or line.role)
                for line in sat
                for each in line.actions
            ),
        )
        for organisation, sat in by_organisation.items()
    ]


def presence_line(line: PresenceLine, viewer: Viewer) -> str:
    """Returns who sat in a seat, for whom, and when: «Nils Vik (vara for Kari Berg), Overlege»."""
    who = line.name or viewer.t("card.body.vacant")
    if line.deputy_for:
        who += f" ({viewer.t('card.minutes.deputy_for', name=line.deputy_for)})"
    elif line.instead_of:
        who += f" ({viewer.t('card.minutes.instead_of', name=line.instead_of)})"
    return joined(f"{who}, {short_role(line.role)}", hours(line.arrived, line.left, viewer), by=", ")
