"""The deputies that are reported together with a change: one a line, in their order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import clean_email, clean_name
from lisbot.council.register.known_people import is_same_name

# «Kim Nes <kim@…>», «Kim Nes kim@…», «Kim Nes, kim@…»: the address is what has an @ in it.
ADDRESS = re.compile(r"[<(\[]?\s*(?P<email>[^\s<>()\[\],;]+@[^\s<>()\[\],;]+)\s*[>)\]]?")


@dataclass(frozen=True, slots=True)
class WrittenDeputy:
    """A deputy as somebody wrote them: name and address."""

    name: str
    email: str


def read_deputies(lines: Sequence[str]) -> list[WrittenDeputy]:
    """Returns the deputies that are written one a line.

    Raises Invalid for a line without a name or an address or with two addresses, and for somebody who is there twice.
    """
    found: list[WrittenDeputy] = []
    for line in lines:
        addresses = list(ADDRESS.finditer(line))
        if len(addresses) > 1:
            raise Invalid("deputies_on_one_line", field="deputies", line=line[:80])
        try:
            (address,) = addresses
            name = clean_name(f"{line[: address.start()]} {line[address.end() :]}".strip(" ,;:-–"))
            email = clean_email(address["email"])
        except ValueError:
            raise Invalid("deputy_line", field="deputies", line=line[:80]) from None
        if any(each.email == email or is_same_name(each.name, name) for each in found):
            raise Invalid("deputy_twice", field="deputies", name=name)
        found.append(WrittenDeputy(name, email))
    return found
