"""What the bench found: a table for people on stderr, and a line of JSON on stdout for each figure."""

import json
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A ratio. `goal` None: printed, and nothing is promised. `note`: what it was made of."""

    name: str
    value: float
    better: str
    goal: float | None = None
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "higher" else self.value <= self.goal

    def as_json(self) -> str:
        return json.dumps(
            {
                "name": self.name,
                "value": round(self.value, 3),
                "unit": "ratio",
                "goal": self.goal,
                "better": self.better,
            }
        )


def show(figures: list[Figure], notes: list[str]) -> None:
    verdicts = {True: "met", False: "MISSED", None: ""}
    print(f"\n{'':42} {'ratio':>7} {'goal':>8}", file=sys.stderr)
    for each in figures:
        sign = {"higher": "≥", "lower": "≤"}[each.better]
        goal = "" if each.goal is None else f"{sign} {each.goal:g}"
        line = f"{each.name:42} {each.value:7.2f} {goal:>8}  {verdicts[each.is_met]:6}  {each.note}"
        print(line.rstrip(), file=sys.stderr)
    print("", *notes, sep="\n", file=sys.stderr)
    sys.stderr.flush()
    for each in figures:
        print(each.as_json(), flush=True)
