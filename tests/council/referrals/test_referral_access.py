"""Who sees what of a case that was sent on, and may do what with it, in each of its states. A changed line in
referral_access.txt is a changed right, to be read through."""

import os
from pathlib import Path

from builders import ASTRID, BJORN, ELI, HILDE, KARI, PAAL, RAGNHILD, SIRI
from council.referrals.test_referrals import DIRECTORS, disagreed, joined, party
from lisbot.council.models import Referral
from people import member
from stages import Scene

SNAPSHOT = Path(__file__).parent / "referral_access.txt"
# Who asks. The case is Samordningsrådet's; Kari's secretariat runs the council it is sent to.
ASKERS = {
    "its secretary": RAGNHILD,
    "who raised it": ASTRID,
    "its chair": BJORN,
    "its union": ELI,
    "its nonvoting": PAAL,
    "its reader": HILDE,
    "receiving secretary": KARI,
    "receiving member": SIRI,
    "directors outside": DIRECTORS,
}


async def seen(scene: Scene, state: str, referral_id: int) -> list[str]:
    """A line for each who asks: what they see of it, and what is open to them."""
    lines = []
    for asker, who in ASKERS.items():
        answer = await member(scene.runtime, who)("referral.show", referral_id=referral_id)
        if answer.status != 200:
            lines.append(f"{state} | {asker} | {answer.status}")
            continue
        view = answer.view
        marks = [
            name
            for name, is_seen in (
                ("papers", view.sent is not None),
                ("answer", bool(view.answers)),
                ("its case", view.case_id is not None),
                ("their case", view.to_case_id is not None),
                ("next", view.next_id is not None),
            )
            if is_seen
        ]
        may = " ".join(each.command.removeprefix("referral.") for each in view.actions)
        lines.append(f"{state} | {asker} | {', '.join(marks) or 'that it was sent'} | {may or '-'}")
    return lines


async def test_who_sees_what_of_a_case_sent_on_in_each_of_its_states(scene: Scene) -> None:
    item_id = await disagreed(scene)
    body_id, meeting_id = await joined(scene)
    directors = await party(scene)
    found = []

    async def send(receiver: str) -> int:
        given = {"item_id": item_id, "cause": "bottleneck", "receiver": receiver, "wording": "Én avtale."}
        return (await scene.ok(RAGNHILD, "referral.send", **given)).id

    outside = await send(f"party-{directors}")
    found += await seen(scene, "outside: sent", outside)
    given = {"referral_id": outside, "answer_kind": "answer"}
    await scene.ok(DIRECTORS, "referral.answer", **given, answer="Ja.")
    found += await seen(scene, "outside: answered", outside)
    again = await send(f"party-{directors}")
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=again, reason="Løst")
    found += await seen(scene, "outside: withdrawn", again)
    inside = await send(f"body-{body_id}")
    about = {"referral_id": inside}
    found += await seen(scene, "inside: sent", inside)
    await scene.ok(KARI, "referral.receive", **about)
    found += await seen(scene, "inside: received, on no agenda", inside)
    await scene.ok(KARI, "referral.receive", **about, meeting_id=meeting_id)
    found += await seen(scene, "inside: received, on a draft", inside)
    await scene.ok(KARI, "notice.send", meeting_id=meeting_id)
    found += await seen(scene, "inside: received, on an agenda", inside)
    await scene.ok(KARI, "outside_party.create", name="HR-sjefmøtet", org_kind="rhf", email=DIRECTORS)
    await scene.ok(KARI, "referral.send_on", **about, receiver="HR-sjefmøtet", reason="Hører dit")
    found += await seen(scene, "inside: sent on", inside)
    higher = (await scene.one(Referral, previous_id=inside)).id
    found += await seen(scene, "higher: sent", higher)
    refused = {"referral_id": higher, "answer_kind": "refuse", "answer": "Nei."}
    await scene.ok(DIRECTORS, "referral.answer", **refused)
    found += await seen(scene, "higher: refused", higher)
    said = "\n".join(found) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS") == "1":
        SNAPSHOT.write_text(said, "utf-8")
    assert said == SNAPSHOT.read_text("utf-8")
