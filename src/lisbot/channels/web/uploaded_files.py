"""Files chosen in a form, read as the text of the field they stand for."""

import base64
from email import policy
from email.parser import BytesParser
from typing import Any

from lisbot.council.core.text_files import NotTextError, decode_text

FILE = "_file."  # before the name of the field that a chosen file fills in
NAME = "_file_name"  # beside the fields: what a chosen file is called
BYTES = "_file_bytes."  # before the name of the field that a chosen file would fill in, of which it is no text
ENCODED = "base64,"  # before a file's bytes in a field that takes them
PROBLEM = "_file_problem"  # beside the fields: which field's file is no text, and why


def parts_in(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """Returns the names and values in a form that carries files (RFC 7578). A chosen file is the text of its field,
    and one that is no text is said to be none.

    Raises ValueError.
    """
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise ValueError("no form")
    found: list[tuple[str, str]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise ValueError("a part without a name")
        if not name.startswith(FILE):
            found.append((name, content.decode(errors="surrogatepass")))
        elif content:
            found += read_chosen(name.removeprefix(FILE), content)
            found.append((NAME, part.get_filename() or ""))
    return found


def read_chosen(name: str, content: bytes) -> list[tuple[str, str]]:
    """Returns what a chosen file fills in, or, of one that is no text, why and its bytes."""
    try:
        return [(f"{FILE}{name}", decode_text(content))]
    except NotTextError as error:
        encoded = f"{ENCODED}{base64.b64encode(content).decode()}"
        return [(PROBLEM, f"{name}={error.key}"), (f"{BYTES}{name}", encoded)]


def take_chosen(fields: dict[str, Any]) -> dict[str, Any]:
    """Returns a form's fields with each chosen file in the place of what was pasted."""
    chosen = {name.removeprefix(FILE): fields.pop(name) for name in list(fields) if name.startswith(FILE)}
    return fields | chosen
