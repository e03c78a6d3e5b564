"""What an advisory body's papers may not say: the word for a decision (vedtak), and what is made of it.

A quotation may hold it, which names what somebody else decided: two words or more between quotation marks. So may the
terms of law, and addresses, which have no other word.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Protocol

from lisbot.council.core.errors import Invalid
from lisbot.council.enums import Authority

# The word in both forms of Norwegian, in any inflection and compound; not «vedtekter», by-laws.
DECISION = re.compile(r"[\w-]*(?:vedtak|vedtek(?!t))[\w-]*")
# Forvaltningsloven § 2 and what it is an example of; Stortinget; the law on coercion in health care.
TERMS_OF_LAW = re.compile(r"\b(?:enkelt|lov|stortings|tvangs)vedtak(?:et|ene|a|s|ets|enes)?\b")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[\w-]+\.)+[a-z]{2,}/\S*")
QUOTATIONS = re.compile(r"«[^«»\n]*»|»[^«»\n]*«|“[^“”„\n]*”|„[^“”„\n]*[“”]|‘[^‘’\n]*’|\"[^\"\n]*\"")
QUOTED_WORDS = 2  # at least: one word alone between quotation marks is not what somebody else said
# Letters of other alphabets that are drawn as those of the word are.
LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("νѵѴⱱᴠ∨", "v"),
        **dict.fromkeys("еЕєεΕΕᴇҽ℮", "e"),
        **dict.fromkeys("ԁᏧᴅɗđ", "d"),
        **dict.fromkeys("тТτΤᴛ", "t"),
        **dict.fromkeys("аАαΑᴀɑ", "a"),
        **dict.fromkeys("кКκΚᴋқ", "k"),
    }
)
INVISIBLE = ("Cf", "Mn", "Me", "Cc")
BLANK = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}


class Authorised(Protocol):
    """A body, or what is asked of one."""

    @property
    def authority(self) -> Authority: ...


def require_advisory_wording(body: Authorised, **texts: str | Iterable[str]) -> None:
    """Raises Invalid, naming the field and the word, where a text of an advisory body calls something a decision.

    Of a field with several texts each is read by itself. Source: Helse Sør-Øst, mandate of Samordningsrådet:
    «Samordningsrådet har ikke beslutningsmyndighet».
    """
    if body.authority is Authority.ADVISORY:
        for field, given in texts.items():
            for part in (given,) if isinstance(given, str) else given:
                if word := find_word_of_decision(part):
                    raise Invalid("word_of_decision", field=field, word=word)


def find_word_of_decision(given: str) -> str | None:
    """Returns the first word that calls something a decision, as it is read; None where there is none."""
    read = read_letters(given)
    own = QUOTATIONS.sub(leave_out_quotation, ADDRESS.sub(" ", read))
    found = DECISION.search(TERMS_OF_LAW.sub(" ", own))
    return found[0].strip("-") if found else None


def leave_out_quotation(quoted: re.Match[str]) -> str:
    return " " if len(re.findall(r"\w+", quoted[0])) >= QUOTED_WORDS else quoted[0]


def read_letters(given: str) -> str:
    """Returns a text in small letters as it is read, without what cannot be seen and with plain letters for those
    drawn alike."""
    composed = unicodedata.normalize("NFKC", given)
    plain = "".join(char if char in "åÅ" else unicodedata.normalize("NFKD", char) for char in composed)
    seen = "".join(char for char in plain if is_seen(char))
    return seen.translate(LOOK_ALIKES).lower().translate(LOOK_ALIKES)


def is_seen(char: str) -> bool:
    return char.isspace() or (unicodedata.category(char) not in INVISIBLE and char not in BLANK)
