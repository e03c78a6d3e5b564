"""Nobody but the secretariat reads others' addresses, or why somebody is absent, in whatever there is to look at."""

import orjson

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD, SIRI
from lisbot.commands import COMMANDS, run
from lisbot.council.models import Case, Person, Vote
from lisbot.council.register.identity import Caller
from people import Answer

ILL = "Sykmeldt etter operasjon"


async def test_whatever_a_member_looks_at_holds_no_address_of_another_and_no_reason_for_an_absence(scene):
    meeting_id, item_id = await scene.minuted()
    absent = {"meeting_id": meeting_id, "seat_id": await scene.seat("union"), "response": "absent", "reason": ILL}
    scene.at(2027, 3, 1)
    noted = await run(scene.runtime, "attendance.note", absent, Caller("cli", RAGNHILD))
    assert noted.is_done or noted.status == 409
    report = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2027-12-01", "anchored": "true"}
    report |= {"anchored_by": "Dag Direktør"}
    change = await scene.ok(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"), **report)
    votes = await scene.all(Vote)
    about = {
        "body_id": scene.body_id,
        "meeting_id": meeting_id,
        "item_id": item_id,
        "case_id": (await scene.all(Case))[0].id,
        "vote_id": votes[0].id if votes else 1,
        "seat_id": await scene.seat("union"),
        "change_id": change.id,
        "person_id": await scene.person(ELI),
        "year": 2027,
        "on": "2027-03-01",
        "text": "rotasjon",
    }
    addresses = {each.email for each in await scene.all(Person) if each.email} | {"nina@fjord.example"}
    looked = set()
    for who in (ASTRID, BJORN, ELI, FRODE, PAAL, HILDE, SIRI):
        own = {who} | ({"nina@fjord.example"} if who == ASTRID else set())
        for command in COMMANDS.values():
            if command.changes:
                continue
            given = {name: about[name] for name in command.parameters if name in about}
            for args in (given, {name: value for name, value in given.items() if name in command.required}):
                answer = Answer(await run(scene.runtime, command.name, args, Caller("cli", who)))
                if answer.status != 200:
                    continue
                looked.add(command.name)
                shown = orjson.dumps(answer.view, default=str).decode()
                if command.name == "person.show_data" and answer.view.is_own:
                    continue  # all about oneself, one's own address and reasons
                assert {each for each in addresses - own if each in shown} == set(), (who, command.name)
                assert ILL not in shown, (who, command.name)
    assert len(looked) > 15
