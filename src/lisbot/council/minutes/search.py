"""Free-text search in what came of the cases: what is found, said plainly.

A word of three letters or more is found wherever it stands, also within another; a shorter one, and the number of a
case, as a whole: "3/27" is not "13/27". What is neither letter nor digit is found as it is. Letter case is apart.
search_index.py finds the same by an index, and a test compares the two.
"""

import re

from lisbot.council.models import AgendaItem

MAX_WORDS = 8  # of one search
PART = 3  # letters of the shortest part of a word that is found
CASE_NUMBER = re.compile(r"[0-9]{1,6}/[0-9]{2}")  # as people write it: "3/27"
RUN = re.compile(r"[^\W_]+")  # letters and digits that stand together


def words_of(text: str) -> list[str]:
    """Returns the words that are searched for: whatever stands between spaces."""
    return text.split()[:MAX_WORDS]


def is_part(word: str) -> bool:
    """Returns whether a word is looked for as a part of others. The number of a case is none."""
    return len(word) >= PART and not CASE_NUMBER.fullmatch(word)


def is_sign(word: str) -> bool:
    """Returns whether a word is too short to be a part and has neither letter nor digit: "%", "§"."""
    return len(word) < PART and not any(char.isalpha() or char.isdecimal() for char in word)


def searched_text(item: AgendaItem) -> str:
    """Returns all that is searched of an item, its case and its follow-ups."""
    number = [item.case.label] if item.case else []
    follow_ups = [each.what for each in item.followups]
    return "\n".join([*number, item.title, item.outcome_text, item.sides, item.discussed, *follow_ups])


def has_words(searched: str, text: str) -> bool:
    """Returns whether all words of a text are in what is searched."""
    return all(has_word(searched.lower(), word.lower()) for word in words_of(text))


def has_word(searched: str, word: str) -> bool:
    if is_part(word) or is_sign(word):
        return word in searched
    runs, wanted = RUN.findall(searched), RUN.findall(word)
    return any(runs[at : at + len(wanted)] == wanted for at in range(len(runs)))
