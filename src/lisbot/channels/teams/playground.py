"""The Agents Playground's cast: the register's people as its users, linked in the demo as Teams would."""

import json
import uuid
from collections.abc import Sequence
from pathlib import Path

CONFIG = ".m365agentsplayground.yml"
FORMAT = "0.1.1"
SEATS = 6
TENANT = "00000000-0000-4000-8000-000000000001"
PERSONAL, GROUP, TEAM = "personal-chat", "group-chat", "team"

Someone = tuple[str, str]  # name, e-mail address


def write(folder: Path, people: Sequence[Someone]) -> Path:
    """Write the Playground's configuration for six people; the first of them sits at it. JSON is YAML.

    Raises ValueError for more or fewer: its own schema asks for exactly five others.
    """
    path = folder / CONFIG
    path.write_text(json.dumps(describe(people), ensure_ascii=False, indent=2) + "\n", "utf-8")
    return path


def describe(people: Sequence[Someone]) -> dict[str, object]:
    if len(people) != SEATS:
        raise ValueError(f"the Playground seats {SEATS} people, not {len(people)}")
    first, *others = (user(number, *someone) for number, someone in enumerate(people))
    return {
        "version": FORMAT,
        "tenantId": TENANT,
        "bot": {"id": "28:lisbot", "name": "lisbot"},
        "currentUser": first,
        "users": others,
        "personalChat": {"id": PERSONAL},
        "groupChat": {"id": GROUP, "name": "lisbot"},
        "team": {
            "id": TEAM,
            "name": "lisbot",
            "aadGroupId": str(uuid.uuid5(uuid.NAMESPACE_URL, TEAM)),
            "channels": [{"id": "channel", "name": "lisbot"}],
        },
    }


def user(number: int, name: str, email: str) -> dict[str, str]:
    given, _, surname = name.rpartition(" ")
    return {
        "id": f"29:person-{number}",
        "name": name,
        "userPrincipleName": email,  # the Playground's own spelling
        "aadObjectId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{email.lower()}")),
        "givenName": given or name,
        "surname": surname,
        "email": email,
    }
