"""E-mail addresses, and whatever else is typed to be found again, in the one form that is compared and kept.

What somebody pastes from Outlook or a spreadsheet carries characters that nobody sees: zero-width spaces, soft
hyphens, byte order marks, marks of direction. Two addresses that look alike are one.
"""

import re
import unicodedata

# Letters and marks that are drawn as nothing, beside Unicode's own format characters (Cf).
BLANK_LETTERS = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0}
VARIATIONS = {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
JOINERS = {0x200C, 0x200D}  # they join and part letters in many scripts, and emoji
QUOTES = "«»\"'“”„‟‘’‚‹›`´"
PUNYCODE = "xn--"


def is_invisible(char: str) -> bool:
    """Returns whether a character leaves no mark and takes no room wherever it stands."""
    return unicodedata.category(char) == "Cf" or ord(char) in BLANK_LETTERS or ord(char) in VARIATIONS


def strip_invisible(value: str, *, keep: frozenset[int] | set[int] = frozenset()) -> str:
    """Returns text without the characters that nobody can see. `keep`: those that stay nevertheless."""
    if value.isascii():
        return value
    return "".join(char for char in value if ord(char) in keep or not is_invisible(char))


def fold_address(value: str) -> str:
    """Returns an e-mail address as it is kept and compared: without invisible characters, composed, in small letters,
    and its domain in letters rather than in punycode."""
    plain = unicodedata.normalize("NFC", strip_invisible(value)).strip().lower()
    if plain.isascii() and PUNYCODE not in plain:
        return plain
    local, at, domain = plain.rpartition("@")
    labels = unicodedata.normalize("NFKC", domain).replace("。", ".").split(".")
    return unicodedata.normalize("NFC", f"{local}{at}{'.'.join(map(read_label, labels))}".lower())


def read_label(label: str) -> str:
    """Returns a part of a domain in letters. What is no punycode of letters beyond ASCII stays as it is: no domain is
    taken for another's."""
    if not label.startswith(PUNYCODE):
        return label
    try:
        read = label.removeprefix(PUNYCODE).encode("ascii").decode("punycode")
        is_whole = not read.isascii() and f"{PUNYCODE}{read.encode('punycode').decode('ascii')}" == label
    except (UnicodeError, ValueError, OverflowError):
        return label
    is_of_letters = all(unicodedata.category(char)[0] in "LNM" or char == "-" for char in read)
    return read if is_whole and is_of_letters and unicodedata.normalize("NFKC", read).lower() == read else label


def write_domain(address: str) -> str:
    """Returns an address as it is kept with its domain as the domain name system has it: in punycode where it has
    letters beyond ASCII (RFC 5891). Mail servers take no other unless they know SMTPUTF8."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{'.'.join(map(write_label, domain.split('.')))}"


def write_label(label: str) -> str:
    return label if label.isascii() else f"{PUNYCODE}{label.encode('punycode').decode('ascii')}"


def fold_name(value: str) -> str:
    """Returns a name as names are compared: letter case, spaces, dashes and invisible characters apart."""
    plain = unicodedata.normalize("NFKC", strip_invisible(value)).casefold()
    return " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", plain).split())


def fold_key(value: str) -> str:
    """Returns what somebody typed to name a thing, as names are compared: also without quotation marks around it and
    without what stands before or after it."""
    return fold_name(value).strip(f" {QUOTES}:;,.!?–—-").strip()
