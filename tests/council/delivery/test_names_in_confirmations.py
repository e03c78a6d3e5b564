"""What confirms that something was done names a few of those who cannot be reached, and how many more there are."""

from dataclasses import replace

import pytest

from builders import RAGNHILD
from lisbot import commands
from lisbot.channels.web.forms import shorten
from lisbot.commands import asking
from lisbot.council.delivery.notifications import some_names
from lisbot.council.models import Meeting
from lisbot.council.register.identity import Caller
from lisbot.texts import format_list
from stages import MARCH


async def test_many_who_cannot_be_reached_are_a_few_names_and_how_many_more(scene, monkeypatch):
    monkeypatch.setattr(asking, "MANY", 2)
    runtime = replace(scene.runtime, platforms=frozenset({"teams"}))  # where nobody has an account
    await scene.on_agenda()
    given = {"meeting_id": (await scene.one(Meeting, held_on=MARCH)).id}
    asked = await commands.run(runtime, "notice.send", given, Caller("cli", RAGNHILD))
    (everybody,) = [each for each in asked.view.facts if "kan ikke nås" in each]
    done = await commands.run(runtime, "notice.send", {**given, "confirm": "true"}, Caller("cli", RAGNHILD))
    (few,) = [each for each in done.told if "kan ikke nås" in each]
    assert everybody.count(",") > 1 and " til." not in everybody
    assert few.count(",") == 1 and few.endswith(" til.")


@pytest.mark.parametrize(
    ("lang", "said"), [("nb", "A, B og 2 til"), ("nn", "A, B og 2 til"), ("en", "A, B and 2 more")]
)
def test_a_long_list_says_how_many_more_there_are(lang, said):
    assert format_list(lang, "ABCD", 2) == said
    assert format_list(lang, "ABCD", 4) == format_list(lang, "ABCD")


def test_a_name_with_a_comma_of_its_own_is_not_read_as_two():
    silent = ["Fjord HF", "Legeforeningen, Ås HF", "Sør HF"]
    assert format_list("nb", silent) == "Fjord HF; Legeforeningen, Ås HF; Sør HF"
    assert format_list("nb", silent, way="or") == "Fjord HF; Legeforeningen, Ås HF; eller Sør HF"
    assert format_list("nb", silent, 2) == "Fjord HF; Legeforeningen, Ås HF og 1 til"
    assert some_names(silent) == "Fjord HF; Legeforeningen, Ås HF; Sør HF"
    assert some_names(["Fjord HF", "Sør HF"]) == "Fjord HF, Sør HF"


def test_what_is_cut_in_a_confirmation_says_so_between_two_words():
    assert shorten("Astrid Fjord, Bjørn Ås", 16) == "Astrid Fjord…"
    assert shorten("Astrid Fjord", 12) == "Astrid Fjord"
    assert len(shorten("x" * 600, 500)) == 500


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        ({"mail": 3}, "3 personer får beskjed på e-post."),
        ({"mail": 2, "teams": 1}, "3 personer får beskjed (2 på e-post og 1 i Teams)."),
    ],
)
def test_how_many_are_told_through_what_is_said_where_it_is_not_all_the_same(channels, said):
    through = asking.say_channels("nb", channels)
    assert asking.say_details([("tells", {"count": 3, "channels": through})], "nb") == [said]
