"""How bodies are composed: what is amiss, and what is asked of them."""

from collections.abc import Iterable

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Chip, Opens, Row, Section, Sheet, action, actions, chips, goes_to, joined, section, sheet
from lisbot.council.enums import FindingKind
from lisbot.council.register.views.composition import (
    BodyHealth,
    CompositionFinding,
    CompositionRuleLine,
    CompositionsView,
    CompositionView,
)
from lisbot.texts import format_day

SHOWN = 8  # of a kind, before they are folded
GRAVE = {FindingKind.VACANT, FindingKind.TOO_FEW_SEATS}


def composition(view: CompositionView, viewer: Viewer) -> Sheet:
    t, about = viewer.t, {"body_id": view.body.id}
    return sheet(
        t("card.composition.title", body=view.body.name),
        subtitle=t("card.register.on", day=view.on),
        state="" if view.findings else t("card.composition.sound"),
        status="" if view.findings else "good",
        sections=[
            *findings_by_kind(view.findings, viewer),
            section(
                t("card.composition.rules"),
                lines=() if view.rules else [t("card.composition.no_rules")],
                rows=[rule_row(rule, viewer) for rule in view.rules],
                actions=[action(viewer, each) for each in view.actions],
            ),
        ],
        actions=[goes_to(viewer, "register.show", body_id=view.body.id), goes_to(viewer, "composition.list")],
        opens=Opens("composition.show", about),
        up=Opens("body.show", about),
    )


def findings_by_kind(findings: Iterable[CompositionFinding], viewer: Viewer) -> list[Section]:
    """Returns what is amiss, each kind together under its name, the worst first; what is many stands folded."""
    by_kind: dict[FindingKind, list[CompositionFinding]] = {}
    for found in findings:
        by_kind.setdefault(found.kind, []).append(found)
    return [
        section(
            viewer.say(kind),
            rows=[finding_row(found, viewer) for found in each],
            folds=len(each) > SHOWN,
            is_detail=len(each) > SHOWN,
        )
        for kind, each in by_kind.items()
    ]


def finding_row(found: CompositionFinding, viewer: Viewer) -> Row:
    return Row(
        finding_words(found, viewer),
        viewer.t("card.composition.reminded", day=found.reminded_on) if found.reminded_on else "",
        chips=chips(Chip(viewer.t("card.composition.enforced"), "attention") if found.is_enforced else ""),
        status="attention" if found.is_enforced or found.kind in GRAVE else "warning",
        opens=Opens("term.list", {"seat_id": found.seat_id}) if found.seat_id is not None else None,
    )


def finding_words(found: CompositionFinding, viewer: Viewer) -> str:
    """Returns what is amiss in a sentence."""
    what = found.words or viewer.t("card.composition.any_role")
    if found.kind is FindingKind.UNION_MISSING:
        what = found.words or viewer.t("card.composition.the_body")
    return viewer.t(
        f"card.composition.finding.{found.kind}",
        seat=found.seat,
        name=found.name,
        organisation=found.organisation,
        what=what,
        count=found.count or 0,
        number=found.number or 0,
        day=format_day(viewer.lang, found.on) if found.on else "",
    )


def rule_row(rule: CompositionRuleLine, viewer: Viewer) -> Row:
    number = viewer.t("card.composition.number", number=rule.number) if rule.number else ""
    return Row(
        viewer.say(rule.kind),
        joined(rule.organisation, rule.role, rule.words, number),
        rule.source,
        chips=chips(viewer.t("card.composition.enforced" if rule.is_enforced else "card.composition.advice")),
        quiet=actions(viewer, rule.actions),
    )


def compositions(view: CompositionsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    amiss = [health for health in view.bodies if health.counts]
    kinds = {kind for health in view.bodies for kind, _ in health.counts}
    return sheet(
        t("card.compositions.title"),
        subtitle=joined(viewer.say(view.finding), t("card.compositions.count", count=len(amiss), total=view.total)),
        sections=[section(rows=[health_row(health, viewer) for health in view.bodies])],
        actions=[
            goes_to(viewer, "composition.list", title=viewer.say(kind), finding=kind)
            for kind in FindingKind
            if kind in kinds and kind is not view.finding
        ]
        if view.finding is None
        else [goes_to(viewer, "composition.list", title=t("card.compositions.all"))],
        opens=Opens("composition.list", {} if view.finding is None else {"finding": view.finding}),
        up=Opens("dashboard.show", {}),
    )


def health_row(health: BodyHealth, viewer: Viewer) -> Row:
    """Returns a body with what is amiss in it, and how many times."""
    counts = [viewer.t("card.compositions.times", what=viewer.say(kind), count=count) for kind, count in health.counts]
    is_grave = health.is_enforced or any(kind in GRAVE for kind, _ in health.counts)
    return Row(
        health.body.name,
        joined(*counts) or viewer.t("card.composition.sound"),
        chips=chips(Chip(viewer.t("card.composition.enforced"), "attention") if health.is_enforced else ""),
        status="attention" if is_grave else "warning" if counts else "good",
        opens=Opens("composition.show", {"body_id": health.body.id}),
    )
