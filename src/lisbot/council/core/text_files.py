"""Files that people have saved as text, whatever their program wrote them as."""

import codecs

SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # the first bytes of .xlsx and .ods, and of .xls
# In this order: of the two that begin alike, the longer.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class NotTextError(ValueError):
    """A file that is no text. `key`: the text under input.* that says so."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def decode_text(content: bytes) -> str:
    """Returns a file's text: UTF-8, UTF-16 or UTF-32 by its mark, UTF-16 without one, or Windows' western letters.

    Raises NotTextError for a spreadsheet, and for what is no text.
    """
    if content.startswith(SPREADSHEETS):
        raise NotTextError("file_is_spreadsheet")
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return decode_as(content.removeprefix(mark), encoding)
    if b"\0" in content:
        # Of western letters in UTF-16 every other byte is zero: the second, or else the first.
        return decode_as(content, "utf-16-le" if b"\0" not in content[::2] else "utf-16-be")
    try:
        return content.decode()
    except UnicodeDecodeError:
        return decode_as(content, "cp1252")


def decode_as(content: bytes, encoding: str) -> str:
    try:
        found = content.decode(encoding)
    except UnicodeDecodeError:
        raise NotTextError("file_not_text") from None
    if "\0" in found:
        raise NotTextError("file_not_text")
    return found
