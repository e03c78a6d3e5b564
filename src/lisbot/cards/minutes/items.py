"""What minutes say of one item."""

from dataclasses import replace

from lisbot.cards.minutes.follow_ups import follow_up_row
from lisbot.cards.minutes.presence import guest_row
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Row,
    Section,
    actions,
    joined,
    section,
)
from lisbot.cards.votes import item_vote_line
from lisbot.council.enums import Verdict
from lisbot.council.minutes.views import (
    MinutesItem,
)

SENDS_ON = "referral.send"  # an item that there was no agreement about


def has_no_rule(item: MinutesItem) -> bool:
    return any(vote.verdict is Verdict.NO_RULE for vote in item.votes)


def item_section(item: MinutesItem, number: int, viewer: Viewer) -> Section:
    """Returns an item with what came of it. What was said of it stands folded on a card, for those who only read it."""
    t = viewer.t
    if item.is_withheld:
        return section(
            joined(item.number, t("card.agenda.withheld_item"), by=" "),
            lines=[t("card.confidential_withheld")],
            mark=f"{number}.",
        )
    sends = [each for each in item.actions if each.command == SENDS_ON]
    writes = [each for each in item.actions if each.command != SENDS_ON]
    is_written = bool(writes)
    silent = t("card.minutes.nothing_said") if not is_written and item.outcome is None else ""
    missing = t("card.minutes.no_outcome") if is_written and item.case_id else ""
    return section(
        joined(item.number, item.title, by=" "),
        lines=[
            t("card.confidential") if item.confidential else "",
            item.discussed or silent,
            *(item_vote_line(vote, viewer) for vote in item.votes),
        ],
        facts=[
            (t("card.minutes.outcome"), viewer.say(item.outcome) or missing),
            (t("arg.words"), item.outcome_text),
            (t("arg.agreement"), viewer.say(item.agreement)),
        ],
        rows=[
            *sides_row(item.sides, viewer),
            *(
                replace(row, title=viewer.t("card.minutes.guest", name=row.title))
                for row in (guest_row(line, viewer) for line in item.guests)
            ),
            *(follow_up_row(follow_up, viewer) for follow_up in item.follow_ups),
        ],
        actions=actions(viewer, sends),
        quiet=actions(viewer, writes),
        mark=f"{number}.",
        folds_from=None if is_written or item.outcome is None else int(item.confidential),
    )


def sides_row(sides: str, viewer: Viewer) -> list[Row]:
    """Returns each side's reasons, in the lines they were written in."""
    return [Row(viewer.t("arg.sides"), sides)] if sides else []
