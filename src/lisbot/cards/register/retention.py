"""For how long which data are kept, what was erased and what is next."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, joined, section, sheet
from lisbot.council.register.views.retention import ErasureLine, RetentionLine, RetentionView
from lisbot.texts import format_day, format_list


def retention(view: RetentionView, viewer: Viewer) -> Sheet:
    t, about = viewer.t, {"secretariat_id": view.secretariat_id}
    return sheet(
        t("card.retention.title"),
        subtitle=view.secretariat,
        lines=[t("card.retention.intro")],
        sections=[
            section(t("card.retention.own"), rows=[kind_row(line, viewer) for line in view.lines]),
            section(
                t("card.retention.shared"),
                rows=[kind_row(line, viewer) for line in view.shared],
                is_detail=True,
                folds=True,
            ),
            section(
                t("card.retention.erased"),
                lines=() if view.erasures else [t("card.retention.nothing_erased")],
                rows=[erasure_row(each, viewer) for each in view.erasures],
            ),
            section(t("card.retention.records"), lines=[t("card.retention.records_why")]),
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("retention.show", about),
        up=Opens("secretariat.show", about),
    )


def kind_row(line: RetentionLine, viewer: Viewer) -> Row:
    """Returns for how long a kind is kept, and of how much what happens next."""
    t = viewer.t
    is_suggested = bool(line.actions) and not line.is_own
    if line.due:
        ahead = t("card.retention.due", count=line.due)
    elif line.next_on is not None:
        ahead = t("card.retention.next", count=line.kept, day=format_day(viewer.lang, line.next_on))
    else:
        ahead = t("card.retention.none")
    return Row(
        viewer.say(line.what),
        joined(t(f"card.retention.since.{line.what}"), ahead, by=" "),
        t("card.retention.months", count=line.months) + (f" ({t('card.retention.suggested')})" if is_suggested else ""),
        status="warning" if line.due else "",
        quiet=actions(viewer, line.actions),
    )


def erasure_row(each: ErasureLine, viewer: Viewer) -> Row:
    counts = [f"{viewer.t(f'retention_kind.{kind}')}: {count}" for kind, count in sorted(each.counts.items())]
    return Row(viewer.say(each.at), format_list(viewer.lang, counts))
