"""What an advisory body's papers may not say."""

import re
from typing import Protocol

from lisbot.council.core.errors import Invalid
from lisbot.council.enums import Authority

# The word for a decision and what is made of it, in both forms of Norwegian; not «vedtekter», by-laws.
DECISION = re.compile(r"vedtak|vedtek(?!t)", re.IGNORECASE)


class Authorised(Protocol):
    """A body, or what is asked of one."""

    @property
    def authority(self) -> Authority: ...


def require_advisory_wording(body: Authorised, **texts: str) -> None:
    """Raises Invalid, naming the field, where a text of an advisory body calls something a decision (vedtak).

    Source: Helse Sør-Øst, mandate of Samordningsrådet: «Samordningsrådet har ikke beslutningsmyndighet».
    """
    if body.authority is Authority.ADVISORY:
        for field, given in texts.items():
            if DECISION.search(given):
                raise Invalid("word_of_decision", field=field)
