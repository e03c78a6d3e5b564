"""Words of somebody else's in a council's own papers: between quotation marks, so that they are read as theirs; and
shortened where there is no room for all of them, with where the rest is."""

from collections.abc import Callable

from lisbot.texts import text


def quote(words: str) -> str:
    """Returns each line between quotation marks, and those within it as inner ones."""
    return "\n".join(f"«{inner(line)}»" if line.strip() else "" for line in words.split("\n"))


def inner(line: str) -> str:
    return line.strip().replace("«", "‘").replace("»", "’")


def fitted(lang: str, words: str, room: int, say: Callable[[str], str]) -> str:
    """Returns what is said of words, whole where it is at most `room` characters, and else of as many of them as there
    is room for, with a note of where the rest is."""
    whole = say(words)
    if len(whole) <= room:
        return whole
    note = text(lang, "referral.shortened")
    kept = min(len(words), room)
    while True:
        said = f"{say(words[:kept].rstrip() + ' …')}\n{note}"
        if len(said) <= room or kept == 0:
            return said[:room]
        kept = max(0, kept - (len(said) - room))
