"""A body's mandate and rules, in words."""

from lisbot.cards.viewer import Viewer
from lisbot.council.register.views.bodies import BodyRules


def rule_facts(r: BodyRules, viewer: Viewer) -> list[tuple[str, str]]:
    t = viewer.t
    not_set = t("card.body.not_set")

    def days(number: int | None) -> str:
        return not_set if number is None else t("card.body.days", count=number)

    return [
        (t("card.body.authority"), viewer.say(r.authority)),
        (t("card.body.mandate_by"), r.mandate_by or ""),
        (t("card.body.mandate_on"), viewer.say(r.mandate_on)),
        (t("card.body.meetings_per_year"), str(r.meetings_per_year or not_set)),
        (t("card.body.quorum"), viewer.say(r.quorum) or not_set),
        (t("card.body.majority"), viewer.say(r.majority) or not_set),
        (t("card.body.tie_rule"), viewer.say(r.tie_rule) or not_set),
        (t("card.body.secret_minimum"), str(r.secret_minimum or t("card.body.secret_minimum_unset"))),
        (t("card.body.escalates_to"), r.escalates_to or not_set),
        (t("card.body.call_days"), days(r.call_days)),
        (t("card.body.deadline_days"), days(r.deadline_days)),
        (t("card.body.notice_days"), days(r.notice_days)),
        (t("card.body.minutes_days"), days(r.minutes_days)),
    ]
