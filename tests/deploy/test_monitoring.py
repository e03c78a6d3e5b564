"""What the dashboard and the alerts ask for is what lisbot counts."""

import json
import re
from pathlib import Path

import pytest
import yaml

from lisbot.metrics import Metrics

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
DASHBOARD = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))
RULES = [
    rule
    for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
ASKED = {f"panel {p['id']}": t["expr"] for p in DASHBOARD["panels"] for t in p["targets"]} | {
    r["alert"]: r["expr"] for r in RULES
}


def counted() -> dict[str, set[str]]:
    """Every series that lisbot gives, with its labels."""
    found = {}
    for family in Metrics().registry.collect():
        labels = set(
            next(
                (
                    m._labelnames
                    for m in Metrics().registry._names_to_collectors.values()
                    if getattr(m, "_name", "") == family.name
                ),
                (),
            )
        )
        ends = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        found |= {f"{family.name}{end}": labels | ({"le"} if end == "_bucket" else set()) for end in ends}
    return found


@pytest.mark.parametrize("where", ASKED)
def test_every_series_and_label_that_is_asked_for_exists(where: str):
    known, expr = counted(), ASKED[where]
    names = set(re.findall(r"\b(?:lisbot|process)_\w+", expr))
    assert names or "up{" in expr
    assert names <= set(known)
    by = {label.strip() for labels in re.findall(r"by \(([^)]*)\)", expr) for label in labels.split(",")}
    within = {label for part in re.findall(r"lisbot_\w+\{([^}]*)\}", expr) for label in re.findall(r"(\w+)[=!]", part)}
    assert by | within <= set().union(*(known[name] for name in names)) if names else True


def test_each_panel_has_a_place_of_its_own_and_each_alert_says_what_it_means():
    places = [(p["gridPos"]["x"], p["gridPos"]["y"]) for p in DASHBOARD["panels"]]
    assert len(places) == len(set(places)) == len({p["id"] for p in DASHBOARD["panels"]})
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] in ("page", "ticket") for rule in RULES)
