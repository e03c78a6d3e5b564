"""Calendars to subscribe to."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, actions, section, sheet
from lisbot.council.calendar.views import CalendarFeedView, FeedLine


def calendar_feed(view: CalendarFeedView, viewer: Viewer) -> Sheet:
    told = [viewer.t("card.calendar_feed.made"), view.url, viewer.t("card.calendar_feed.keep")] if view.url else []
    return sheet(
        viewer.t("card.calendar_feed.title"),
        lines=[*told, viewer.t("card.calendar_feed.intro")],
        sections=[section(rows=[feed_row(feed, viewer) for feed in view.feeds])],
        actions=actions(viewer, view.actions, positive=["calendar_feed.make"]),
        opens=Opens("calendar_feed.show", {}),
    )


def feed_row(feed: FeedLine, viewer: Viewer) -> Row:
    return Row(
        feed.body or viewer.t("card.calendar_feed.own"),
        viewer.t("card.calendar_feed.made_at", at=feed.made_at),
        actions=actions(viewer, feed.actions),
    )
