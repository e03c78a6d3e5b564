"""Every word is there in bokmål, nynorsk and English, with the same holes; and none is there for nothing."""

import ast
import re
import string
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from functools import cache
from pathlib import Path

import aiohttp
import pytest

import lisbot
from lisbot.commands import COMMANDS
from lisbot.council import enums
from lisbot.council.core.context import Role
from lisbot.council.processes.shipped import SHIPPED
from lisbot.texts import LANGUAGES, catalogue, counted, enum_key, format_value, has, look_up

SRC = Path(lisbot.__file__).parent
ASKED_FOR_BY = {"t", "text", "section", "has", "look_up"}  # their first words are a key
KEY = re.compile(r"[a-z_]+(\.\w+)+")
REFUSALS = {"Refusal", "NotAllowed", "NotFound", "Conflict", "Invalid"}
TOLD_BY = {"notify", "notify_all", "notify_people", "notify_secretariat", "notify_sender", "notify_settled"}
ENUMS = {
    enum_key(kind): {str(m.value) for m in kind}
    for name, kind in vars(enums).items()
    if isinstance(kind, type) and issubclass(kind, Enum) and list(kind)
}


def holes(table, path: str = "") -> dict[str, object]:
    """Every text by its key, as the holes in it. Of a list, which is phrases people type, only the key."""
    found: dict[str, object] = {}
    for key, value in table.items():
        at = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict):
            found |= holes(value, at)
        else:
            parts = string.Formatter().parse(value) if isinstance(value, str) else ()
            found[at] = {name for _, name, _, _ in parts if name}
    return found


@cache
def modules() -> dict[str, ast.Module]:
    return {str(file.relative_to(SRC)): ast.parse(file.read_text("utf-8")) for file in SRC.rglob("*.py")}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in the source: the file, what is called, and the call."""
    for file, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                yield file, getattr(node.func, "id", getattr(node.func, "attr", "")), node


def literals(node: ast.expr | None) -> Iterator[str]:
    """The texts an expression may be: one, or either side of a condition."""
    match node:
        case ast.Constant(value=str(value)):
            yield value
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body)
            yield from literals(orelse)


def said(*names: str) -> set[str]:
    """The literal texts among the first three arguments of these functions, wherever they are called."""
    return {word for _, name, call in calls() if name in names for arg in call.args[:3] for word in literals(arg)}


@cache
def constants() -> set[str]:
    found = {
        node.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for template in SRC.rglob("*.html"):
        words = re.findall(r"""["']([\w.]+)["']""", template.read_text("utf-8"))
        found |= {word.strip(".") for word in words} | set(words)
    return found


@cache
def patterns() -> list[re.Pattern[str]]:
    """Keys put together from parts, with each part a group."""
    found = []
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [re.escape(p.value) if isinstance(p, ast.Constant) else "(.+)" for p in node.values]
                if "." in "".join(parts).replace("(.+)", ""):
                    found.append(re.compile("".join(parts)))
    for template in SRC.rglob("*.html"):
        for prefix in re.findall(r"""["']([\w.]+\.)["'] ~""", template.read_text("utf-8")):
            found.append(re.compile(re.escape(prefix) + "(.+)"))
    return found


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "nb"])
def test_the_same_texts_with_the_same_holes(lang: str):
    bokmaal, other = holes(catalogue("nb")), holes(catalogue(lang))
    assert set(bokmaal) ^ set(other) == set()
    assert {key: (bokmaal[key], other[key]) for key in bokmaal if bokmaal[key] != other[key]} == {}


def test_every_text_that_is_asked_for_is_there():
    missing = []
    for file, name, call in calls():
        if name in ASKED_FOR_BY and not file.startswith("texts/"):
            for key in (word for arg in call.args[:2] for word in literals(arg)):
                prefix = "web." if file == "render/html.py" and name == "t" else ""
                if KEY.fullmatch(prefix + key) and not has("nb", prefix + key):
                    missing.append(f"{file}: {key}")
    for template in SRC.rglob("*.html"):
        for key in re.findall(r"""\bt\(["']([\w.]+)["'][,)]""", template.read_text("utf-8")):
            if not has("nb", key):
                missing.append(f"{template.name}: {key}")
    assert missing == []


def test_every_refusal_and_every_notice_has_its_words():
    assert {key for key in said(*REFUSALS) if not has("nb", f"error.{key}")} == set()
    assert {kind for kind in said(*TOLD_BY) if not has("nb", f"notification.{kind}")} == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_each_of_its_arguments_has_its_words(name: str):
    words = look_up("nb", f"command.{name}")
    assert {"name", "help", "button"} <= set(words)
    of_rows = [each for fields in COMMANDS[name].row_parameters.values() for each in fields]
    arguments = {*COMMANDS[name].parameters, *of_rows}
    assert {a for a in arguments if a not in words.get("arg", {}) and not has("nb", f"arg.{a}")} == set()
    assert set(words.get("arg", {})) | set(words.get("hint", {})) <= arguments
    may = {"name", "help", "button", "submit", "modal", "done", "intro", "phrases", "arg", "hint"}
    if COMMANDS[name].asks_first:
        may |= {"confirm", "send_to"}
    else:
        may.add("tells")
    if "done" in words:
        may |= {each for each in words if each.startswith("done_")}  # what is said instead where it went otherwise
    if any(repeats.folded for repeats in COMMANDS[name].repeats.values()):
        may.add("folded")
    assert set(words) <= may


def test_every_kind_that_is_said_has_a_word_for_each_of_its_members():
    wrong = {
        name: members - set(look_up("nb", name))
        for name, members in ENUMS.items()
        if has("nb", name) and not members <= set(look_up("nb", name))
    }
    assert wrong == {}


def test_no_text_is_there_for_nothing():
    known = constants() | set(COMMANDS) | {group for name in COMMANDS for group in name.split(".")}
    known |= {argument for command in COMMANDS.values() for argument in command.parameters}
    known |= set(Role) | set(ENUMS) | {member for members in ENUMS.values() for member in members}
    known |= {str(status) for status in range(400, 600)} | {f"cli.{name}" for name in look_up("nb", "cli")}
    known |= set(SHIPPED) | {stage["key"] for process in SHIPPED.values() for stage in process["stages"]}
    # Why a platform took nothing: what it says itself, and what its client raises.
    known |= {"ServiceError", "TimeoutError", *vars(aiohttp)}

    def is_known(part: str) -> bool:
        return part in known or ("." in part and all(step in known for step in part.split(".")))

    def is_used(key: str) -> bool:
        return key in known or any(
            (found := pattern.fullmatch(key)) and all(map(is_known, found.groups())) for pattern in patterns()
        )

    def is_told(key: str) -> bool:
        family, _, name = key.partition(".")
        for suffix in ("_newcomer", "_predecessor", "_former", "_copy", "_in_room", "_in_part", "_referenced"):
            name = name.removesuffix(suffix)
        return family == "notification" and (name in known or name.removeprefix("proposal_") in known)

    keys = {key: key.removesuffix(".one").removesuffix(".other") for key in holes(catalogue("nb"))}
    assert [k for k, whole in keys.items() if not (is_used(k) or is_used(whole) or is_told(k))] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_somebody_types_means_one_thing(lang: str):
    typed = Counter(
        phrase
        for name in COMMANDS
        if has(lang, f"command.{name}.phrases")
        for phrase in look_up(lang, f"command.{name}.phrases")
    )
    assert [phrase for phrase, times in typed.items() if times > 1] == []
    assert [phrase for phrase in typed if phrase != phrase.lower().strip()] == []


# One word for one thing: what is written otherwise in each language, and how we write it.
HOUSE_STYLE = {
    "nb": {
        r"\bsaklista\b": "saklisten",
        r"\b[Kk]lokka\b": "klokken",
        r"\b[Mm]eldte? skifter?\b": "endring",
        r"\b[Åå]p(ne|ent) spørsmål\b": "åpen avstemning",
        r"\bforsto\b": "forstod",
        r"\balt (står|er|har)\b": "allerede",
        r"\bkl\.? ?\d\d:\d\d": "kl. 15.00",
    },
    "nn": {
        r"\b[Hh]enne\b": "ho",
        r"\b[Hh]andsam": "behandle",
        r"\bsamstundes\b": "samtidig",
        r"\bòg\b": "også",
        r"\b[Ff]ramlegg": "forslag",
        r"\boversyn\b": "oversikt",
        r"\bvert\b": "blir",
        r"\b[Ff]oreslå": "føreslå",
        r"\bhar svart\b|\bikkje svart\b": "svara",
        r"\bsvarer\b": "svarar",
        r"\bfår melding\b": "får beskjed",
        r"\b[Uu]tset\b": "utsett",
        r"\bmedlemmene\b": "medlemene",
        r"\bavstemming": "avrøysting",
        r"\b[Gg]runngjeving": "grunngiving",
        r"\ballereie\b": "alt",
        r"\bblei\b": "vart",
        r"\b[Oo]ppmøte": "frammøte",
        r"\ber minna\b": "mint",
        r"\btek til\b": "byrjar",
        r"\b[Ll]at (stå|begge)\b": "la",
    },
    "en": {
        "[“”]": "‘ ’",
        r"\w'\w": "’",
        r"\b[Ee]-mail": "email",
        r"\b[Ss]ummon": "invite",
        r"\b(is|are|be|been) told\b": "notified",
        r"\bput off\b": "postponed",
        r"\b[Ww]hom do\b": "who",
        r"(?<!\{)\b[Rr]eceivers?\b": "recipient",
    },
}


def sentences(table, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text by its key. Lists are what people type."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from sentences(value, f"{path}{key}.")
        elif isinstance(value, str):
            yield f"{path}{key}", value


@pytest.mark.parametrize(
    ("lang", "said"),
    [("nb", "3 råd, 1 plass og 2 verv"), ("nn", "3 råd, 1 plass og 2 verv"), ("en", "3 councils, 1 seat and 2 terms")],
)
def test_what_is_counted_is_said_in_words_and_what_there_is_none_of_is_not(lang: str, said: str):
    assert format_value(lang, counted({"body": 3, "person": 0, "seat": 1, "term": 2})) == said
    assert counted({"body": 0}) is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_word_for_one_thing(lang: str):
    wrong = {
        key: (found[0], better)
        for key, words in sentences(catalogue(lang))
        for pattern, better in HOUSE_STYLE[lang].items()
        if (found := re.search(pattern, words))
    }
    assert wrong == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_wrong_is_said_in_whole_sentences(lang: str):
    """A refusal says what is wrong with a field beside the field as well as after its name."""
    said = {key: words for group in ("input", "error") for key, words in sentences(look_up(lang, group), f"{group}.")}
    ends = (".", "?", "!", ":", "}")
    assert {k: words for k, words in said.items() if words[0].islower() and not words.startswith("lisbot")} == {}
    assert {k: words for k, words in said.items() if not words.endswith(ends)} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_how_far_a_thing_has_come_is_said_alike_everywhere(lang: str):
    """A state stands alone in a mark, in a list and in the middle of a line: where it begins one, it is made to."""
    said = {
        f"{name}.{state}": words
        for name in ENUMS
        if name.endswith("_state") and has(lang, name)
        for state, words in look_up(lang, name).items()
    }
    assert {key: words for key, words in said.items() if words[0].isupper()} == {}
