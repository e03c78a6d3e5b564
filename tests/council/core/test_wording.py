"""The word for a decision: found however it is written, named with its place, and left alone where it has no other."""

import pytest

from builders import ASTRID, BJORN, RAGNHILD
from lisbot.council.core.wording import find_word_of_decision
from lisbot.council.models import Proposal

SHY, ZWSP, ZWNJ, CGJ, VS = "\u00ad", "\u200b", "\u200c", "\u034f", "\ufe0f"
WRITTEN = [
    ("Rådet gjør vedtak.", "vedtak"),
    ("VEDTAKET gjelder", "vedtaket"),
    ("vedtakene", "vedtakene"),
    ("Rådsvedtak og annet", "rådsvedtak"),
    ("vedtaksprotokoll", "vedtaksprotokoll"),
    ("fellesvedtaket", "fellesvedtaket"),
    ("Rådet vedtek", "vedtek"),
    (f"ved{SHY}tak", "vedtak"),
    (f"v{ZWSP}e{ZWNJ}d{CGJ}t{VS}ak", "vedtak"),
    ("v\u0435dt\u0430k", "vedtak"),  # Cyrillic
    ("\u03bdedt\u03b1\u03ba", "vedtak"),  # Greek
    ("ＶＥＤＴＡＫ", "vedtak"),
    ("ve\u0301dta\u0308k", "vedtak"),
    ("𝐯𝐞𝐝𝐭𝐚𝐤", "vedtak"),
    ("ᴠᴇᴅᴛᴀᴋ", "vedtak"),
    ("Rådet gjør «vedtak»", "vedtak"),
    ('Rådet gjør "vedtak"', "vedtak"),
    ("Et sitat « som ikke slutter vedtak", "vedtak"),
    ("https://x.example/a vedtak", "vedtak"),
    ("«Stortingets vedtak» og rådets vedtak", "vedtak"),
    ("enkeltvedtak og vedtak", "vedtak"),
    ("Første linje «åpner\nvedtak her» nå", "vedtak"),
]
LEFT_ALONE = [
    "Se https://direktorat.example/vedtak/2026/12",
    "Se www.direktorat.example/vedtak og direktorat.example/vedtak.pdf",
    "Send til vedtak@direktorat.example",
    "Bakgrunnen er «Stortingets vedtak 12.06.26».",
    "Bakgrunnen er “Stortingets vedtak 12.06.26”.",
    'Bakgrunnen er "Stortingets vedtak 12.06.26".',
    "Bakgrunnen er ‘Stortingets vedtak’.",
    "Klage på enkeltvedtaket, jf. et stortingsvedtak",
    "Foreningens vedtekter",
    "Et ved i taket, vedta, vedtatt",
    "",
]


@pytest.mark.parametrize(("given", "word"), WRITTEN, ids=range(len(WRITTEN)))
def test_the_word_is_found_however_it_is_written(given, word):
    assert find_word_of_decision(given) == word


@pytest.mark.parametrize("given", LEFT_ALONE)
def test_addresses_quotations_and_terms_of_law_are_left_alone(given):
    assert find_word_of_decision(given) is None


async def test_a_link_may_have_the_word_in_its_address(scene):
    meeting_id = await scene.called()
    link = "https://direktorat.example/vedtak/2026/12"
    given = {"meeting_id": meeting_id, "title": "Rotasjon", "kind": "advice", "links": link}
    await scene.ok(ASTRID, "proposal.submit", **given, background="Oppfølging av «Stortingets vedtak 12.06.26».")
    proposal = await scene.one(Proposal)
    assert proposal.links == link
    await scene.ok(
        ASTRID, "proposal.edit", proposal_id=proposal.id, **{k: given[k] for k in ("title", "kind", "links")}
    )
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=proposal.id)


@pytest.mark.parametrize(
    ("field", "label"), [("title", "Tittel"), ("background", "Bakgrunn"), ("wording", "Innstilling")]
)
async def test_the_refusal_says_which_word_stands_where(scene, field, label):
    meeting_id = await scene.called()
    given = {"meeting_id": meeting_id, "title": "Rotasjon", "kind": "advice"} | {field: "Et rådsvedtak om rotasjon"}
    reply = await scene.refused(BJORN, "proposal.submit", **given)
    assert (reply.key, set(reply.fields)) == ("word_of_decision", {field})
    assert "«rådsvedtak»" in reply.words and label in reply.words and "anførselstegn" in reply.words
    assert reply.fields[field] == reply.words


async def test_each_option_is_read_by_itself(scene):
    given = {"body_id": scene.body_id, "question": "Hva?", "form": "single"}
    await scene.ok(RAGNHILD, "vote.open", **given, options="Tre ved\nTak over hodet")
    reply = await scene.refused(RAGNHILD, "vote.open", **given | {"question": "Så?"}, options="Ja\nEt vedtak")
    assert set(reply.fields) == {"options"}
