"""What people type, and the command they mean by it."""

import pytest

from lisbot.commands import COMMANDS
from lisbot.intents import MENU, Intent, understand
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
