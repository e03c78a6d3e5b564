"""Cases sent on, and whom they are sent to."""

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Section, Sheet, actions, chips, goes_to, joined, section, sheet
from lisbot.council.cases.views import AwaitedAnswer
from lisbot.council.enums import REFERRAL_WAITS, ReferralState
from lisbot.council.referrals.views import (
    OutsidePartiesView,
    OutsidePartyLine,
    ReferralAnswerLine,
    ReferralLine,
    ReferralRuleLine,
    ReferralsView,
    ReferralView,
)
from lisbot.texts import short_date

S = ReferralState
STATUS = {S.ANSWERED: "good", S.REFUSED: "warning", S.SENT_ON: "warning"}
ANSWERS = ("referral.receive", "referral.answer")


def state_words(state: ReferralState, viewer: Viewer, *, is_by_hand: bool) -> str:
    """Returns how far a case that was sent on has come; of what is handed over by hand, whether it was."""
    if is_by_hand and state in REFERRAL_WAITS:
        return viewer.t("card.referral.to_hand_over" if state is S.SENT else "card.referral.is_handed_over")
    return str(viewer.say(state))


def referral(view: ReferralView, viewer: Viewer) -> Sheet:
    t = viewer.t
    is_asked = view.state in REFERRAL_WAITS
    drawn = actions(viewer, view.actions, positive=("referral.send_on",) if not is_asked else ())
    answering = [each for each in drawn if each.command in (*ANSWERS, "referral.send_on")] if is_asked else []
    sent = view.sent
    return sheet(
        joined(view.number, view.title, by=" "),
        subtitle=joined(view.from_name, view.receiver, by=" → "),
        state=state_words(view.state, viewer, is_by_hand=view.is_by_hand),
        status="attention" if view.is_overdue else STATUS.get(view.state, ""),
        chips=chips(t("card.confidential_mark") if view.confidential else ""),
        lines=[
            t("card.referral.asks", sender=view.from_name) if answering else "",
            waits(view, viewer),
            t("card.referral.went_on", receiver=view.sent_on_as) if view.sent_on_as else "",
            t("card.referral.withdrawn", reason=view.end_reason) if view.state is S.WITHDRAWN else "",
        ],
        answers=answering,
        facts=[
            (t("card.referral.cause"), viewer.say(view.cause)),
            (t("arg.receiver"), view.receiver),
            (
                t("card.referral.registered" if view.is_by_hand else "card.referral.sent"),
                t("card.referral.sent_by", at=view.sent_at, name=view.sent_by),
            ),
            (t("card.referral.document"), view.document),
            (t("arg.answer_by"), viewer.say(view.answer_by)),
            received(view, viewer),
            (t("card.referral.reminded"), viewer.say(view.reminded_at)),
        ],
        sections=[
            *(answer_section(each, viewer) for each in reversed(view.answers)),
            section(t("arg.background"), lines=[sent.background]) if sent else None,
            section(t("card.referral.recommendation"), lines=[sent.wording]) if sent else None,
            section(t("arg.sides"), lines=[sent.sides]) if sent else None,
            section(t("arg.links"), lines=sent.links) if sent else None,
        ],
        actions=[
            *(each for each in drawn if each not in answering),
            goes_to(viewer, "case.show", case_id=view.case_id) if view.case_id else None,
            goes_to(viewer, "case.show", title=t("card.referral.own_case"), case_id=view.to_case_id)
            if view.to_case_id
            else None,
            goes_to(viewer, "referral.show", title=t("card.referral.next"), referral_id=view.next_id)
            if view.next_id
            else None,
        ],
        opens=Opens("referral.show", {"referral_id": view.id}),
        up=Opens("case.show", {"case_id": view.case_id}) if view.case_id else None,
    )


def waits(view: ReferralView, viewer: Viewer) -> str:
    """Returns for whom a case waits and how long it has, or nothing."""
    if view.state not in REFERRAL_WAITS:
        return ""
    if view.is_by_hand and view.state is S.SENT:
        return viewer.t("card.referral.handed_over", receiver=view.receiver)
    if not view.days:
        today = "handed_over_today" if view.is_by_hand else "waits_today"
        return viewer.t(f"card.referral.{today}", receiver=view.receiver)
    key = "card.referral.overdue" if view.is_overdue else "card.referral.waits"
    return viewer.t(key, receiver=view.receiver, count=view.days)


def received(view: ReferralView, viewer: Viewer) -> tuple[str, str]:
    """Returns when a case was taken in, or was handed over."""
    t, at = viewer.t, view.received_at
    if view.is_by_hand:
        return t("card.referral.was_handed_over"), viewer.say(at.astimezone(viewer.tz).date() if at else None)
    return t("card.referral.received"), t("card.referral.received_as", at=at, number=view.to_number) if at else ""


def answer_section(answer: ReferralAnswerLine, viewer: Viewer) -> Section:
    t = viewer.t
    by = t("card.referral.noted", name=answer.noted_by, by=answer.by_name) if answer.noted_by else answer.by_name
    home = t("card.referral.home", day=answer.home_on) if answer.home_on else ""
    return section(
        t(f"card.referral.{answer.kind}"),
        lines=[
            joined(viewer.say(answer.at), by, t("card.referral.late") if answer.is_late else ""),
            t("card.referral.corrected") if answer.is_corrected else "",
            answer.text,
            t("card.referral.went_to", receiver=answer.sent_on_to) if answer.sent_on_to else "",
            home,
        ],
        is_detail=answer.is_corrected,
        actions=[
            goes_to(viewer, "agenda.show", meeting_id=answer.home_meeting_id)
            if answer.home_meeting_id and not answer.is_corrected
            else None
        ],
    )


def referrals(view: ReferralsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    everything = (*view.incoming, *view.waiting, *view.ended)
    about = {"body_id": view.body.id} if view.body else {}
    return sheet(
        t("card.referrals.title"),
        subtitle=view.body.name if view.body else "",
        lines=[
            t("card.referrals.none") if not everything else "",
            t("card.referrals.more") if view.has_more else "",
        ],
        sections=[
            section(t("card.referrals.incoming"), rows=[referral_row(each, viewer) for each in view.incoming]),
            section(t("card.referrals.waiting"), rows=[referral_row(each, viewer) for each in view.waiting]),
            section(t("card.referrals.ended"), rows=[referral_row(each, viewer) for each in view.ended]),
        ],
        actions=[
            None if view.done else goes_to(viewer, "referral.list", title=t("card.referrals.all"), done=True, **about),
            goes_to(viewer, "outside_party.list") if viewer.allows("outside_party.list", 0) else None,
        ],
        opens=Opens("referral.list", {**about, **({"done": True} if view.done else {})}),
        up=Opens("body.show", about) if view.body else Opens("dashboard.show", {}),
    )


def referral_row(line: ReferralLine, viewer: Viewer) -> Row:
    t = viewer.t
    is_asked = line.state in REFERRAL_WAITS
    if line.is_by_hand and line.state is S.SENT:
        how_long = t("card.referrals.not_handed_over")
    elif line.days:
        how_long = t("card.referrals.waited" if is_asked else "card.referrals.took", count=line.days)
    elif is_asked:
        how_long = t("card.referral.is_handed_over" if line.is_by_hand else "card.referrals.waited_today")
    else:
        how_long = t("card.referrals.took_a_day")
    until = t("card.referrals.until", day=line.answer_by) if line.answer_by and is_asked else ""
    return Row(
        joined(line.number, line.title, by=" "),
        joined(joined(line.body, line.receiver, by=" → "), how_long, until),
        note=joined(
            t("card.referrals.overdue") if line.is_overdue else "",
            t("card.referrals.waits_for_agenda") if line.waits_for_agenda else "",
        ),
        status="attention" if line.is_overdue else STATUS.get(line.state, ""),
        chips=chips(
            state_words(line.state, viewer, is_by_hand=line.is_by_hand),
            t("card.confidential_mark") if line.confidential else "",
        ),
        opens=Opens("referral.show", {"referral_id": line.id}),
        actions=actions(viewer, line.actions),
    )


def awaited_row(line: AwaitedAnswer, viewer: Viewer) -> Row:
    """Returns a case that was sent on, among the rest of a secretariat's work: it is to be taken in, to be answered, to
    be handed over, or its answer has not come."""
    t = viewer.t
    owed = "answer_owed" if line.is_placed else "waits_for_meeting" if line.is_taken_in else "received"
    what = "hand_over" if line.is_to_hand_over else owed if line.is_own else "answer_missing"
    until = t("card.referrals.until", day=line.answer_by) if line.answer_by else ""
    return Row(
        t(f"card.referrals.{what}", title=joined(line.number, line.title, by=" ")),
        joined(joined(line.sender, line.receiver, by=" → "), sent_words(line, viewer), until),
        note=t("card.referrals.overdue") if line.is_overdue else "",
        status="attention" if line.is_overdue or not line.is_taken_in else "warning",
        mark=short_date(viewer.lang, line.answer_by, viewer.today) if line.answer_by else "",
        chips=chips(t("card.confidential_mark") if line.confidential else ""),
        opens=Opens("referral.show", {"referral_id": line.id}),
        actions=actions(viewer, line.actions),
    )


def sent_words(line: AwaitedAnswer, viewer: Viewer) -> str:
    """Returns when a case was sent on, or that it is to be handed over."""
    t = viewer.t
    waits = t("card.referral.to_hand_over") if line.is_to_hand_over else ""
    return waits or t("card.referrals.sent_on", day=line.sent_on)


def outside_parties(view: OutsidePartiesView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.outside_parties.title"),
        lines=[t("card.outside_parties.intro"), "" if view.parties else t("card.outside_parties.none")],
        sections=[
            section(t("card.outside_parties.parties"), rows=[party_row(each, viewer) for each in view.parties]),
            section(t("card.outside_parties.rules"), rows=[rule_row(each, viewer) for each in view.rules]),
        ],
        actions=[*actions(viewer, view.actions), goes_to(viewer, "referral.list")],
        opens=Opens("outside_party.list", {}),
        up=Opens("secretariat.show", {}),
    )


def party_row(line: OutsidePartyLine, viewer: Viewer) -> Row:
    t = viewer.t
    return Row(
        line.name,
        joined(viewer.say(line.kind), line.contact, line.email or t("card.outside_parties.by_hand")),
        joined(
            t("card.outside_parties.closed", day=line.closed_on) if line.closed_on else "",
            t("card.outside_parties.waiting", count=line.waiting) if line.waiting else "",
        ),
        status="warning" if line.closed_on else "",
        quiet=actions(viewer, line.actions),
    )


def rule_row(line: ReferralRuleLine, viewer: Viewer) -> Row:
    t = viewer.t
    return Row(
        joined(line.body or t("card.outside_parties.all_bodies"), line.receiver, by=" → "),
        joined(
            viewer.say(line.cause) or t("card.outside_parties.any_cause"),
            t("card.outside_parties.level", level=line.level) if line.level > 1 else "",
        ),
        t("card.outside_parties.receiver_closed") if line.is_closed else "",
        status="warning" if line.is_closed else "",
        quiet=actions(viewer, line.actions),
    )
