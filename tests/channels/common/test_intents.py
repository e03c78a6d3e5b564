"""What people type, and the command they mean by it."""

import pytest

from lisbot.channels.common.typed_names import named, nearly_named
from lisbot.commands import COMMANDS
from lisbot.intents import MENU, Intent, name_in, understand
from lisbot.texts import LANGUAGES, has, look_up


def phrases(lang):
    """Every phrase of a language, with its command."""
    for name in COMMANDS:
        if has(lang, f"command.{name}.phrases"):
            yield from ((phrase, name) for phrase in look_up(lang, f"command.{name}.phrases"))


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_phrase_is_understood_whatever_the_speakers_locale(lang, spoken):
    own = dict(phrases(spoken))
    for phrase, name in phrases(lang):
        # Where two languages say the same of different things, the speaker's own counts.
        assert understand(f"  {phrase.upper()}! ", spoken).command == own.get(phrase, name)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_that_only_begins_like_a_phrase_is_not_understood(lang):
    known = {phrase for each in LANGUAGES for phrase, _ in phrases(each)}
    for phrase, _ in phrases(lang):
        word = f"{phrase}xyz".split()[-1]
        assert word not in known
        assert understand(word, lang).command == MENU


@pytest.mark.parametrize("words", ["", "hva i all verden", "x" * 100_000, "a " * 50_000, "<script>", "\u202e", "🙂"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_anything_else_means_the_menu(lang, words):
    assert understand(words, lang) == Intent(MENU)


@pytest.mark.parametrize(
    ("said", "command", "given", "asked"),
    [
        ("hjelp", "menu.show", {}, False),
        ("Saker", "worklist.show", {}, False),
        ("møte", "meeting.show", {}, False),
        ("next meeting", "meeting.show", {}, False),
        ("sakliste", "agenda.show", {}, False),
        ("Saksliste?", "agenda.show", {}, False),
        ("Agenda", "agenda.show", {}, False),
        ("referat", "minutes.show", {}, False),
        ("minutes", "minutes.show", {}, False),
        ("forslag", "worklist.show", {}, False),
        ("framlegg", "worklist.show", {}, False),
        ("proposals", "worklist.show", {}, False),
        ("frist", "worklist.show", {}, False),
        ("Mine svar?", "worklist.show", {}, False),
        ("deadlines", "worklist.show", {}, False),
        ("Hvem kommer?", "meeting.show", {}, False),
        ("kven kjem", "meeting.show", {}, False),
        ("Who is coming?", "meeting.show", {}, False),
        ("innkalling", "meeting.show", {}, False),
        ("referatet", "minutes.show", {}, False),
        ("saklista", "agenda.show", {}, False),
        ("foreslå sak", "proposal.submit", {}, True),
        ("koble", "room.link", {}, True),
        ("Koble samordningsrad", "room.link", {"body": "samordningsrad"}, False),
        ("koble fra", "room.unlink", {}, False),
        ("søk felles rotasjon", "outcome.search", {"text": "felles rotasjon"}, False),
        ("språk", "person.choose_language", {}, True),
        (
            "foreslå sak: Felles rotasjon i Indremedisin",
            "proposal.submit",
            {"title": "Felles rotasjon i Indremedisin"},
            True,
        ),
        ("Ny sak – «Felles rotasjon»", "proposal.submit", {"title": "Felles rotasjon"}, True),
        ("FORESLÅ Hva med LIS1?", "proposal.submit", {"title": "Hva med LIS1?"}, True),
        ("ny sak: İstanbul og ẞ", "proposal.submit", {"title": "İstanbul og ẞ"}, True),
        ("meld sak", "proposal.submit", {}, True),
        ("meld inn sak:Kort", "proposal.submit", {"title": "Kort"}, True),
        ("new item: Shared Rotation", "proposal.submit", {"title": "Shared Rotation"}, True),
        ("føreslå sak, Tid til fordjuping", "proposal.submit", {"title": "Tid til fordjuping"}, True),
        ("Ingen saker fra oss.", "call.decline", {}, False),
        ("ingen saker frå oss denne gongen", "call.decline", {}, False),
        ("no items from us", "call.decline", {}, False),
        ("Forfall", "attendance.respond", {"response": "absent"}, True),
        ("forfall: Kurs i Bergen", "attendance.respond", {"response": "absent", "reason": "Kurs i Bergen"}, True),
        ("koble: Samordningsrådet", "room.link", {"body": "Samordningsrådet"}, False),
        ("koble «Samordningsrådet»!", "room.link", {"body": "Samordningsrådet"}, False),
        ("søk 1/27", "outcome.search", {"text": "1/27"}, False),
    ],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phrase_runs_its_command_or_asks_for_what_is_missing(lang, said, command, given, asked):
    assert understand(said, lang) == Intent(command, given, asked)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_more_than_a_title_holds_is_not_lost(lang):
    said = "Ny sak: " + "Vi trenger en ordning. " * 40
    intent = understand(said, lang)
    assert len(intent.arguments["title"]) <= 200
    assert intent.arguments["background"] == said.removeprefix("Ny sak: ").strip()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("said", "deputy", "reason"),
    [
        ("forfall, Kari Lie kommer", "Kari Lie", None),
        ("forfall og Kari Lie kommer i stedet for meg", "Kari Lie", None),
        ("forfall: kurs, Kari Lie møter for meg", "Kari Lie", "kurs"),
        ("forfall, Kari Lie kjem i staden; vakt", "Kari Lie", "vakt"),
        ("absent, Kari Lie will attend", "Kari Lie", None),
        ("kan ikke komme, vara: Kari Lie", "Kari Lie", None),
        ("forfall: legetime kl. 10.30 – Kari Lie-Berg kommer.", "Kari Lie-Berg", "legetime kl. 10.30"),
        ("forfall: toget kommer ikke", "", "toget kommer ikke"),
        ("forfall: kurs i Bergen", "", "kurs i Bergen"),
        ("forfall", "", None),
    ],
)
def test_whoever_comes_instead_is_read_out_of_the_rest(lang, said, deputy, reason):
    intent = understand(said, lang)
    assert (intent.command, intent.deputy, intent.arguments.get("reason")) == ("attendance.respond", deputy, reason)


COUNCILS = ["Samordningsrådet", "Fagråd i hjertesykdommer", "Fagråd i hudsykdommer og veneriske sykdommer", "Rådet"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("RÅDET", [3]),
        ("fagråd i hjertesykdommer", [1]),
        ("hjertesykdommer", [1]),
        ("fagrådet hjerte", [1]),
        ("sykdommer", [2]),  # a word of the name before a part of one
        ("fagrad", [1, 2]),
        ("fih", [1]),
        ("fh", [1]),
        ("samordning", [0]),
        ("samråd", []),
        ("i", []),
        ("hjertesjukdomar", []),
        ("", []),
        ("x" * 10_000, []),
    ],
)
def test_a_name_is_whole_or_its_words_or_parts_of_them(typed, meant):
    assert named(typed, range(len(COUNCILS)), COUNCILS.__getitem__) == meant


@pytest.mark.parametrize(("typed", "first"), [("samråd", 0), ("hjertesjukdomar", 1), ("hudsykdomer", 2)])
def test_a_name_that_is_nobodys_may_be_meant_for_one_that_is_like_it(typed, first):
    assert nearly_named(typed, range(len(COUNCILS)), COUNCILS.__getitem__)[0] == first


@pytest.mark.parametrize(
    ("rest", "name"),
    [("for fagråd i hud, takk", "fagråd i hud"), ("i dag", ""), ("til neste møte i rådet", "rådet"), ("", "")],
)
def test_the_words_around_a_name_are_no_part_of_it(rest, name):
    assert name_in(rest) == name
