"""What people call the rows that a pack is about."""

from typing import Any

from lisbot.council.register.rows import RegisterRows
from lisbot.packs.schema import KEYED, Pack, Written


class Names:
    """What people call the rows that a pack is about."""

    def __init__(self, pack: Pack, register: RegisterRows) -> None:
        self.written: dict[str, dict[str, Written[Any]]] = {
            kind: {w.entry.key: w for w in pack.entries(kind)} for kind in KEYED
        }
        self.register = register

    def of(self, kind: str, key: str, person: str = "") -> str:
        """Returns the name of a row. `key` is that of its seat or secretariat for a person's term or post there."""
        if kind == "term":
            return f"{self.of('person', person)} – {self.of('seat', key)}"
        if kind == "staff":
            return f"{self.of('person', person)} – {self.of('secretariat', key)}"
        written = self.written[kind].get(key)
        row = self.register.rows[kind].get(key)
        if kind == "seat":
            if written is not None:
                return f"{written.entry.role}, {self.of('organisation', written.entry.organisation)}"
            if row is not None:
                organisation = self.register.keys["organisation"][row.organisation_id]
                return f"{row.role}, {self.of('organisation', organisation)}"
        found = written.entry if written is not None else row
        return key if found is None else str(found.name)
