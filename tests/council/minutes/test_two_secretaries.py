"""Two secretaries write the same minutes: nothing either of them wrote is lost, in any of the forms."""

import pytest

from builders import KARI, RAGNHILD
from lisbot import commands
from lisbot.cards import form_data
from lisbot.council.models import AgendaItem, FollowUp
from lisbot.council.register.identity import Caller
from lisbot.render.words import words


async def opened(scene, who, name, **about):
    """What a form sends when nothing is changed in it: what it is about, what it started from, and its values."""
    reply = await commands.ask(scene.runtime, name, about, Caller("cli", who))
    assert reply.status == 200, reply.words
    data = form_data(reply.view, reply.viewer)
    return data["context"] | {field["id"]: field["value"] for field in data["fields"]}


async def save(scene, who, name, given):
    return await commands.run(scene.runtime, name, given, Caller("cli", who))


async def ready(scene):
    meeting_id, item_id = await scene.minuted()
    follow_up = {"item_id": item_id, "organisation_id": 1, "what": "Ta opp"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **follow_up)
    await scene.ok(RAGNHILD, "guest.add", meeting_id=meeting_id, name="Ola Taler")
    ids = {"meeting_id": meeting_id, "item_id": item_id, "follow_up_id": (await scene.one(FollowUp)).id, "guest_id": 1}
    return ids | {"seat_id": await scene.seat("fjord")}


@pytest.mark.parametrize(
    ("name", "about", "field", "first", "second"),
    [
        ("minutes.write", ("item_id",), "discussed", "To sider om rotasjon.", "Kort merknad."),
        ("outcome.record", ("item_id",), "words", "Rådet tilrår A.", "Rådet tilrår B."),
        ("minutes.record_presence", ("meeting_id",), "present", "1:3", "2:5"),
        ("minutes.record_seat", ("meeting_id", "seat_id"), "name", "Gro Gjest", "Per Gjest"),
        ("follow_up.edit", ("follow_up_id",), "what", "Ta opp i ledelsen", "Ta opp i linjen"),
        ("guest.edit", ("guest_id",), "affiliation", "NTNU", "UiO"),
    ],
)
async def test_the_second_to_save_sees_both_and_loses_nothing(scene, name, about, field, first, second):
    ids = await ready(scene)
    about = {argument: ids[argument] for argument in about}
    about_person = {"person_id": ""} if field == "name" else {}
    one, two = await opened(scene, RAGNHILD, name, **about), await opened(scene, KARI, name, **about)
    assert (await save(scene, RAGNHILD, name, one | about_person | {field: first})).status == 200
    reply = await save(scene, KARI, name, two | about_person | {field: second})
    assert (reply.status, reply.key) == (409, "changed_meanwhile")
    form = form_data(reply.view, reply.viewer)
    shown = next(each for each in form["fields"] if each["id"] == field)
    assert shown["value"] == second  # what she typed is still there
    # Beside what stands there now; of those present by their names.
    assert ("Astrid Fjord" if field == "present" else first) in shown["problem"]
    again = form["context"] | {each["id"]: each["value"] for each in form["fields"]} | {"confirm": "true"}
    assert (await save(scene, KARI, name, again)).status == 200  # knowing both, she may


async def test_what_only_the_other_changed_is_kept(scene):
    ids = await ready(scene)
    about = {"item_id": ids["item_id"]}
    one, two = (
        await opened(scene, RAGNHILD, "outcome.record", **about),
        await opened(scene, KARI, "outcome.record", **about),
    )
    assert (await save(scene, RAGNHILD, "outcome.record", one | {"words": "Rådet tilrår A."})).status == 200
    assert (await save(scene, KARI, "outcome.record", two | {"agreement": "partly"})).status == 200
    item = await scene.one(AgendaItem, id=ids["item_id"])
    assert (item.outcome_text, item.agreement) == ("Rådet tilrår A.", "partly")
    assert "Rådet tilrår A." in words((await scene(KARI, "minutes.show", meeting_id=ids["meeting_id"])).card)
