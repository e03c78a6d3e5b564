"""What somebody answered, wrote and was sent, as it follows whoever they turned out to be, and goes back again.

What is written for good stays under the name it was written by: the log's lines, whose chain holds them, and what was
answered on a roll, which its question vouches for. They are found under both names.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, UniqueConstraint, exists, false, or_, select, update

from lisbot.council.core.context import Act
from lisbot.council.models import (
    ActionLink,
    Attendance,
    Base,
    CalendarEntry,
    CalendarFeed,
    CallDecline,
    ChannelChoice,
    Delivery,
    Dispatch,
    DistributionLine,
    Guest,
    InboundMail,
    LocalInput,
    LocalInputAnswer,
    MinutesComment,
    Posting,
    Proposal,
    QuietTime,
    SeatChange,
    table,
)

# The columns that say whose something is, by table. Of what nobody has twice, only what the person kept has not.
DEEDS: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (Attendance, ("person_id", "deputy_id", "sat_id")),
    (CallDecline, ("by_id",)),
    (MinutesComment, ("by_id",)),
    (Proposal, ("by_id",)),
    (SeatChange, ("reported_by_id",)),
    (Delivery, ("person_id",)),
    (ActionLink, ("person_id",)),
    (InboundMail, ("person_id",)),
    (CalendarEntry, ("person_id",)),
    (CalendarFeed, ("person_id",)),
    (ChannelChoice, ("person_id",)),
    (QuietTime, ("person_id",)),
    (Posting, ("person_id",)),
    (Guest, ("person_id",)),
    (DistributionLine, ("person_id",)),
    (Dispatch, ("person_id",)),
    (LocalInput, ("person_id",)),
    (LocalInputAnswer, ("person_id",)),
)
# The columns that stay as they were written, and why.
STAYS: Mapping[str, str] = {
    "consent.recorded_by_id": "who wrote a consent down, as the log has it",
    "consent_text.made_by_id": "who wrote a text, as the log has it",
    "consultation_comment.by_id": "who commented on a reply, beside the name of the day",
    "consultation_statement.by_id": "who stated something for an organisation, beside the name of the day",
    "former_term.person_id": "what was known of a term before somebody knew that they are one",
    "item_statement.by_id": "who attached what an organisation states, beside its name of the day",
    "kept_form.person_id": "the address of a form that came back is for one sign-in, for an hour",
    "log_line.by_id": "the log's chain holds it",
    "person.merged_into_id": "whom somebody else turned out to be, before",
    "person_merge.by_id": "who merged two, as the log has it",
    "person_merge.kept_id": "a merging that is to be undone in its turn",
    "person_merge.merged_id": "a merging that is to be undone in its turn",
    "referral.sent_by_id": "who sent a case on, beside the name of the day",
    "referral_answer.by_id": "who answered for a receiver, beside the name of the day",
    "register_import.by_id": "who brought a file in, as the log has it",
    "roll_entry.by_id": "a question vouches for its roll",
    "room.linked_by_id": "who linked a channel, as the log has it",
    "sign_in_link.person_id": "a link to sign in by is for one address, for twenty minutes",
}
OWN = 0  # what stands for the row of a table whose key is the person


async def move_deeds(act: Act, merged_id: int, kept_id: int) -> dict[str, list[int]]:
    """Have what one person did and was sent be another's. Returns the ids of the rows by their column."""
    moved: dict[str, list[int]] = {}
    for model, columns in DEEDS:
        for name in columns:
            each = table(model)
            moves = (each.c[name] == merged_id, ~has_same(each, name, kept_id))
            key = each.c.get("id", each.c[name])
            found = list(await act.db.scalars(select(key).where(*moves)))
            if found:
                await act.db.execute(
                    update(each).where(each.c[name] == merged_id, key.in_(found)).values({name: kept_id})
                )
                moved[f"{each.name}.{name}"] = found if "id" in each.c else [OWN]
    return moved


def has_same(each: Table, name: str, person_id: int) -> Any:
    """Returns the condition that a person has a row already of which nobody has two."""
    other = each.alias()
    of_one = [
        [column.name for column in unique.columns]
        for unique in each.constraints
        if isinstance(unique, UniqueConstraint) and name in unique.columns
    ]
    if "id" not in each.c:
        of_one.append([name])
    conditions = [
        exists().where(other.c[name] == person_id, *(other.c[same] == each.c[same] for same in names if same != name))
        for names in of_one
    ]
    return or_(false(), *conditions)


async def give_back_deeds(act: Act, kept_id: int, merged_id: int, moved: Mapping[str, Sequence[int]]) -> None:
    """Have what was moved be the other person's again, but for what has become somebody else's since."""
    for model, columns in DEEDS:
        for name in columns:
            each = table(model)
            ids = moved.get(f"{each.name}.{name}", ())
            if not ids:
                continue
            theirs = each.c[name] == kept_id
            which = theirs & each.c.id.in_(list(ids)) if "id" in each.c else theirs
            await act.db.execute(update(each).where(which).values({name: merged_id}))
