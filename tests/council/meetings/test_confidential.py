"""Of a confidential item those outside the body learn that it is there, and no more: whatever has been done to the
item, whichever command they run, and on every face."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import product
from typing import Any

import pytest

from builders import ASTRID, BJORN, HILDE, PAAL, RAGNHILD, SIRI
from lisbot import cards, commands
from lisbot.channels.web.navigation import card_targets
from lisbot.commands import COMMANDS, Reply
from lisbot.commands.data import reply_to_data
from lisbot.council.models import (
    AgendaItem,
    Case,
    Delivery,
    FollowUp,
    Guest,
    Meeting,
    MinutesComment,
    Organisation,
    Person,
    Proposal,
    Seat,
    Vote,
)
from lisbot.council.register.identity import Caller
from lisbot.render import html, teams
from lisbot.render.slack import blocks
from lisbot.render.words import words
from stages import MARCH, Scene

# Words that stand nowhere else, one for each thing that is written of the item.
TITLE, BACKGROUND, WORDING, LINK = "Lønnssaken", "Bakgrunnsnotatet", "Ordlydsforslaget", "https://papir.example/sak"
QUESTION, DISCUSSED, OUTCOME, SIDES = "Støttespørsmålet", "Ordskiftet", "Utfallsteksten", "Sidene"
FOLLOW_UP, GUEST, COMMENT = "Oppfølgingspunktet", "Gjestetaleren", "Merknaden"
SECRETS = (TITLE, BACKGROUND, WORDING, LINK, QUESTION, DISCUSSED, OUTCOME, SIDES, FOLLOW_UP, GUEST, COMMENT)
OPEN_TITLE = "Den åpne saken"
WRITTEN = {"title": TITLE, "kind": "advice", "background": BACKGROUND, "wording": WORDING, "links": LINK}


# What somebody may see does not hang on the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def on_the_agenda(scene: Scene, *, confidential: bool = True) -> int:
    """The id of the item, made of a member's proposal, on a draft agenda with an open case."""
    meeting_id = await scene.called()
    await scene.ok(BJORN, "proposal.submit", meeting_id=meeting_id, **WRITTEN, confidential=confidential)
    proposal_id = (await scene.one(Proposal, title=TITLE)).id
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=proposal_id)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title=OPEN_TITLE, kind="discussion")
    return (await scene.one(AgendaItem, title=TITLE)).id


async def meeting_id_of(scene: Scene) -> int:
    return (await scene.one(Meeting, held_on=MARCH)).id


async def send_notice(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "notice.send", meeting_id=await meeting_id_of(scene))


async def edit(scene: Scene, item_id: int, *, confidential: bool) -> None:
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, **WRITTEN, confidential=confidential)


async def proposed(scene: Scene) -> None:
    meeting_id = await scene.called()
    await scene.ok(BJORN, "proposal.submit", meeting_id=meeting_id, **WRITTEN, confidential=True)


async def drafted(scene: Scene) -> None:
    await on_the_agenda(scene)


async def published(scene: Scene) -> int:
    item_id = await on_the_agenda(scene)
    await send_notice(scene)
    return item_id


async def marked_after_the_notice(scene: Scene) -> None:
    item_id = await on_the_agenda(scene, confidential=False)
    await send_notice(scene)
    await edit(scene, item_id, confidential=True)


async def marked_and_taken_off(scene: Scene) -> None:
    item_id = await on_the_agenda(scene, confidential=False)
    await send_notice(scene)
    await edit(scene, item_id, confidential=True)
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item_id)


async def taken_off_after_the_notice(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=await published(scene))


async def taken_off_and_sent_again(scene: Scene) -> None:
    await taken_off_after_the_notice(scene)
    await send_notice(scene)


async def marked_by_a_merged_proposal(scene: Scene) -> None:
    item_id = await on_the_agenda(scene, confidential=False)
    await send_notice(scene)
    await scene.ok(
        ASTRID, "proposal.submit", meeting_id=await meeting_id_of(scene), title="Det samme", kind="advice",
        confidential=True,
    )  # fmt: skip
    proposal_id = (await scene.one(Proposal, title="Det samme")).id
    await scene.ok(RAGNHILD, "proposal.merge", proposal_id=proposal_id, item_id=item_id)


async def unmarked_without_a_new_notice(scene: Scene) -> None:
    await edit(scene, await published(scene), confidential=False)


async def asked_about(scene: Scene) -> int:
    item_id = await published(scene)
    scene.at(2027, 3, 10, 10)
    await scene.question(QUESTION, item_id=item_id)
    return item_id


async def voted_and_closed(scene: Scene) -> int:
    item_id = await asked_about(scene)
    vote_id = (await scene.one(Vote, question=QUESTION)).id
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    return item_id


async def minuted(scene: Scene) -> int:
    item_id = await voted_and_closed(scene)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=await meeting_id_of(scene))
    await scene.ok(RAGNHILD, "minutes.write", item_id=item_id, discussed=DISCUSSED)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="disagreement", words=OUTCOME, sides=SIDES)
    other = await scene.one(AgendaItem, title=OPEN_TITLE)
    await scene.ok(RAGNHILD, "outcome.record", item_id=other.id, outcome="noted")
    fjord = await scene.one(Organisation, key="fjord")
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, what=FOLLOW_UP, organisation_id=fjord.id)
    await scene.ok(RAGNHILD, "guest.add", meeting_id=await meeting_id_of(scene), item_id=item_id, name=GUEST)
    return item_id


async def minutes_sent(scene: Scene) -> None:
    await minuted(scene)
    meeting_id = await meeting_id_of(scene)
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-25")
    await scene.ok(BJORN, "minutes.comment", meeting_id=meeting_id, text=COMMENT)


async def minutes_approved(scene: Scene) -> None:
    await minutes_sent(scene)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=await meeting_id_of(scene))


async def minutes_reopened(scene: Scene) -> None:
    await minutes_approved(scene)
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=await meeting_id_of(scene), reason="Feil i fremmøtet")


STATES: tuple[Callable[[Scene], Awaitable[object]], ...] = (
    proposed,
    drafted,
    published,
    marked_after_the_notice,
    marked_and_taken_off,
    taken_off_after_the_notice,
    taken_off_and_sent_again,
    marked_by_a_merged_proposal,
    unmarked_without_a_new_notice,
    asked_about,
    voted_and_closed,
    minuted,
    minutes_sent,
    minutes_approved,
    minutes_reopened,
)


async def known_ids(scene: Scene) -> dict[str, list[Any]]:
    """Everything that an argument of a command can name."""
    tables = {"meeting_id": Meeting, "item_id": AgendaItem, "proposal_id": Proposal, "vote_id": Vote, "case_id": Case,
              "seat_id": Seat, "person_id": Person}  # fmt: skip
    found: dict[str, list[Any]] = {name: [row.id for row in await scene.all(table)] for name, table in tables.items()}
    written = {"follow_up_id": FollowUp, "guest_id": Guest, "comment_id": MinutesComment}
    found |= {name: [row.id for row in await scene.all(table)] for name, table in written.items()}
    return found | {
        "version": ["", 1],
        "body_id": [scene.body_id],
        "text": ["", TITLE[:6], OUTCOME[:6], FOLLOW_UP[:6], "1/27"],
    }


async def everything_for(scene: Scene, caller: Caller) -> AsyncIterator[tuple[str, Reply]]:
    """Yields what every command that reads shows this caller of anything there is, and every form they may open."""
    ids = await known_ids(scene)
    for name, command in COMMANDS.items():
        if command.is_internal:
            continue
        arguments = [argument for argument in command.parameters if argument in ids]
        one_of_many = name == "log.show"
        given = (
            [{argument: one} for argument in arguments for one in ids[argument]]
            if one_of_many
            else [dict(zip(arguments, each, strict=True)) for each in product(*(ids[a] for a in arguments))]
        )
        for each in given:
            call = commands.ask if command.changes else commands.run
            yield f"{name} {each}", await call(scene.runtime, name, each, caller)


def faces(reply: Reply) -> str:
    """Everything a reply shows, on every face."""
    said = [reply.words]
    if reply.status == 200 and reply.viewer:
        said.append(json.dumps(reply_to_data(reply), ensure_ascii=False, default=str))
        card = cards.draw_card(reply.shows, reply.view, reply.viewer)
        said.append(json.dumps(card, ensure_ascii=False))
        said.append(json.dumps(teams.render(card, "https://lisbot.example/"), ensure_ascii=False))
        said.append(words(card))
        said.append(json.dumps(in_slack(card), ensure_ascii=False))
        said.append(str(html.render_card(card, find_target=card_targets("/me"))))
    return "\n".join(said)


def in_slack(card: dict[str, Any]) -> object:
    if blocks.submit_action(card):
        return blocks.modal(card, callback_id="form", metadata="{}", close="×")
    return [blocks.fallback(card), blocks.pages(card)]


async def leaks(scene: Scene, caller: Caller) -> list[str]:
    shown = [(where, faces(reply)) async for where, reply in everything_for(scene, caller)]
    return [f"{where}: {secret}" for where, seen in shown for secret in SECRETS if secret in seen]


async def as_person(scene: Scene, email: str) -> Caller:
    return Caller("web", str(await scene.person(email)))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
async def test_those_outside_learn_nothing_of_it(scene: Scene, room: int, state: Any) -> None:
    await state(scene)
    outside = [
        Caller("room", str(room)),
        Caller("role", f"room:{scene.body_id}"),
        Caller("role", f"reader:{scene.body_id}"),
        await as_person(scene, HILDE),
        await as_person(scene, SIRI),
    ]
    assert [leak for caller in outside for leak in await leaks(scene, caller)] == []


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
async def test_what_they_are_told_of_it_says_nothing_of_it(scene: Scene, room: int, state: Any) -> None:
    await state(scene)
    outside = {await scene.person(email) for email in (HILDE, SIRI)}
    told = [row for row in await scene.all(Delivery) if row.room_id == room or row.person_id in outside]
    assert [row.kind for row in told for secret in SECRETS if secret in json.dumps(row.facts, ensure_ascii=False)] == []


@pytest.mark.parametrize("who", [PAAL, BJORN, RAGNHILD], ids=["a member", "the chair", "the secretariat"])
async def test_those_with_a_part_in_the_body_read_what_was_published(scene: Scene, who: str) -> None:
    await minutes_approved(scene)
    caller = await as_person(scene, who)
    shown = "\n".join([faces(reply) async for _, reply in everything_for(scene, caller)])
    assert [secret for secret in SECRETS if secret not in shown] == []


async def test_only_the_secretariat_and_its_proposer_see_it_before_it_is_published(scene: Scene) -> None:
    await drafted(scene)
    seen = {who: bool(await leaks(scene, await as_person(scene, who))) for who in (ASTRID, PAAL, BJORN, RAGNHILD)}
    assert seen == {ASTRID: False, PAAL: False, BJORN: True, RAGNHILD: True}
