"""Who is in the story, what is proposed in it, and what the chapters leave for one another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from builders import OSLO
from story.folk import Colleague, Operator, Visitor
from story.world import Shared, World

ROTATION = "Felles rotasjon i indremedisin"
SIMULATION = "Simulering i fellesdelen"
ACROSS = "Rotasjon på tvers av regionar"
STUDY = "Time for study"
PARKING = "Parkering for LIS"
BUDGET = "Budsjett for neste år"


def oslo(month: int, day: int, hour: int = 9, minute: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=OSLO)


@dataclass
class Story:
    """Ragnhild and Kari work at the secretariat, she on the pages and she at a terminal, and both in chat:
    Kari in one platform, Ragnhild in each there is.

    Astrid (nynorsk) represents a hospital with Frode as her deputy; Bjørn, who chairs, represents another
    and is in no chat. Eli (English) represents a union; in one of the tellings she comes to another platform
    as well. Pål's seat does not vote. Hilde is sent the agenda. Siri belongs to another region's council,
    and the stranger to none. Nina takes over from Astrid.
    """

    world: World
    tmp_path: Path
    caplog: pytest.LogCaptureFixture
    homes: Mapping[str, str]  # the platform each colleague is in
    also: Mapping[str, str]  # and the other platform that some come to
    ragnhild_chat: Colleague = field(init=False)
    kari_chat: Colleague = field(init=False)
    astrid: Colleague = field(init=False)
    frode: Colleague = field(init=False)
    eli: Colleague = field(init=False)
    eli_elsewhere: Colleague = field(init=False)  # the same where she is in another platform as well
    paal: Colleague = field(init=False)
    siri: Colleague = field(init=False)
    stranger: Colleague = field(init=False)
    ragnhild: Visitor = field(init=False)
    bjorn: Visitor = field(init=False)
    hilde: Visitor = field(init=False)
    nina: Visitor = field(init=False)
    kari: Operator = field(init=False)
    call: Shared = field(init=False)  # the call's card in the council's rooms
    meeting: str = field(init=False)  # the March meeting's number
    june: str = field(init=False)  # the June meeting's
    rotation_vote: str = field(init=False)  # the question on joint rotation
    secret_vote: str = field(init=False)  # and the one that is answered in secret

    def colleague(self, name: str, email: str, locale: str = "nb-NO") -> Colleague:
        """Somebody in the council's room, on the platform that is theirs in this story."""
        return self.world.platforms[self.homes[name]].colleague(name, email, locale)

    def colleague_elsewhere(self, somebody: Colleague) -> Colleague:
        """The same person where they come to besides; where there is no such place, where they are."""
        if somebody.name not in self.also:
            return somebody
        return self.world.platforms[self.also[somebody.name]].colleague(
            somebody.name, somebody.person.email, somebody.person.locale
        )
