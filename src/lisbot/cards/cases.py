"""A case through its meetings."""

from dataclasses import replace

from lisbot.cards.consultations.consultations import STATUS as CONSULTATION_STATUS
from lisbot.cards.letterhead import letterhead
from lisbot.cards.minutes.follow_ups import follow_up_row
from lisbot.cards.minutes.items import sides_row
from lisbot.cards.referrals import sent_words, state_words
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Opens,
    Row,
    Section,
    Sheet,
    actions,
    capitalised,
    chips,
    goes_to,
    joined,
    section,
    sheet,
)
from lisbot.council.cases.views import (
    AwaitedAnswer,
    CaseConsultation,
    CaseReferral,
    CaseStage,
    CaseTreatment,
    CaseView,
    WaitingCase,
    WaitingCasesView,
)
from lisbot.council.enums import CONSULTATION_OVER, REFERRAL_WAITS, CaseProcessState, ReferralState
from lisbot.texts import join_items

HOME = {ReferralState.ANSWERED: "answer_home", ReferralState.REFUSED: "refused_home"}
STATUS = {ReferralState.ANSWERED: "good", ReferralState.REFUSED: "warning", ReferralState.SENT_ON: "warning"}


def case(view: CaseView, viewer: Viewer) -> Sheet:
    t = viewer.t
    is_settled = any(each.outcome is not None for each in view.treatments)
    return sheet(
        joined(view.number, view.title, by=" "),
        subtitle=view.body.name,
        chips=chips(came_of(view, viewer), t("card.confidential_mark") if view.confidential else ""),
        lines=[t("card.confidential") if view.confidential else ""],
        facts=[(t("card.case.opened_on"), viewer.say(view.opened_on))],
        sections=[
            section(
                t("card.case.statements"),
                rows=[
                    Row(each.organisation, each.text, str(viewer.say(each.on))) for each in reversed(view.statements)
                ],
            ),
            section(t("card.processes.title"), rows=[case_stage_row(each, viewer) for each in reversed(view.stages)]),
            *(
                section(
                    t(heading),
                    rows=[
                        sent_on_row(each, viewer) for each in reversed(view.referrals) if each.is_incoming is is_here
                    ],
                )
                for heading, is_here in (("card.case.sent_here", True), ("command.referral.list.name", False))
            ),
            section(
                t("card.consultations.title"),
                rows=[consultation_row(each, viewer) for each in reversed(view.consultations)],
            ),
            carry_through_section(view, viewer),
            *(treatment_section(each, viewer) for each in reversed(view.treatments)),
            section(t("arg.background"), lines=[view.background], is_detail=is_settled),
            section(t("arg.wording"), lines=[view.wording], is_detail=is_settled),
            section(t("arg.links"), lines=view.links, is_detail=is_settled),
        ],
        actions=[
            *(button_of_case(each, viewer) for each in actions(viewer, view.actions)),
            goes_to(viewer, "journey.show", case_id=view.id),
            goes_to(viewer, "log.show", case_id=view.id) if viewer.allows("log.show", view.body.id) else None,
        ],
        letterhead=letterhead(view.body, "case", viewer),
        opens=Opens("case.show", {"case_id": view.id}),
        up=Opens("body.show", {"body_id": view.body.id}),
    )


def button_of_case(action: Action, viewer: Viewer) -> Action:
    """Returns a button of a case's; what asks councils about it says so."""
    asks = action.command == "consultation.register"
    return replace(action, title=viewer.t("card.case.ask_councils")) if asks else action


def case_stage_row(line: CaseStage, viewer: Viewer) -> Row:
    """Returns where a case is in a process, or that it is through it."""
    is_now = line.state is CaseProcessState.UNDER_WAY
    since = viewer.t("card.journey.since", day=line.since)
    note = joined(since, viewer.t("card.processes.overdue") if line.is_overdue else "")
    return Row(
        line.stage if is_now else line.process,
        line.process if is_now else "",
        note if is_now else joined(viewer.say(line.state), viewer.say(line.since), by=" "),
        status="attention" if line.is_overdue else "",
        opens=Opens("case_process.show", {"case_process_id": line.id}),
    )


def sent_on_row(line: CaseReferral, viewer: Viewer) -> Row:
    """Returns to whom a case was sent, or by whom, and what was answered."""
    t, day = viewer.t, viewer.say(line.ended_on or line.sent_on)
    is_open = line.state in REFERRAL_WAITS
    until = t("card.referrals.until", day=line.answer_by) if line.answer_by and is_open else ""
    return Row(
        line.sender if line.is_incoming else joined(line.sender, line.receiver, by=" → "),
        joined(joined(capitalised(viewer.say(line.cause)), until), line.answer, by="\n"),
        joined(state_words(line.state, viewer, is_by_hand=line.is_by_hand), day),
        status=STATUS.get(line.state, ""),
        opens=Opens("referral.show", {"referral_id": line.id}),
    )


def consultation_row(line: CaseConsultation, viewer: Viewer) -> Row:
    """Returns a consultation about a case, by how far it has come."""
    t, is_open = viewer.t, line.state not in CONSULTATION_OVER
    until = joined(t("arg.answer_by"), viewer.say(line.answer_by), by=" ") if is_open else ""
    return Row(
        joined(line.number, line.title, by=" "),
        line.asker,
        joined(viewer.say(line.state), until),
        status=CONSULTATION_STATUS.get(line.state, ""),
        opens=Opens("consultation.show", {"consultation_id": line.id}),
    )


def carry_through_section(view: CaseView, viewer: Viewer) -> Section | None:
    """Returns how many organisations have said what they did with a case, and who has not."""
    t, carried = viewer.t, view.carry_through
    if carried is None:
        return None
    is_silent = bool(carried.silent)
    return section(
        t("card.carry_through.title"),
        lines=[
            t("card.carry_through.told", count=carried.asked, told=carried.answered),
            joined(t("card.carry_through.silent"), join_items(carried.silent), by=": ") if is_silent else "",
            t("card.journey.unasked", whom=join_items(carried.unasked)) if carried.unasked else "",
        ],
        actions=[goes_to(viewer, "carry_through.show", body_id=view.body.id, year=carried.year)],
    )


def came_of(view: CaseView, viewer: Viewer) -> str:
    """Returns what came of a case last: at a meeting, or from somebody it was sent on to, until a meeting says more."""
    last = next((each for each in reversed(view.treatments) if each.outcome), None)
    home = next((each for each in reversed(view.referrals) if not each.is_incoming), None)
    key = HOME.get(home.state) if home else None
    if home and key and home.ended_on and (last is None or home.ended_on >= last.held_on):
        return viewer.t(f"card.case.{key}", receiver=home.receiver)
    return str(viewer.say(last.outcome)) if last else ""


def waiting_cases(view: WaitingCasesView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.waiting_cases.title", body=view.body.name),
        lines=() if view.cases or view.awaited else [t("card.waiting_cases.none"), t("card.waiting_cases.none_means")],
        sections=[
            section(rows=[waiting_row(each, viewer) for each in view.cases]),
            section(t("card.waiting_cases.awaited"), rows=[sent_row(each, viewer) for each in view.awaited]),
        ],
        opens=Opens("case.list_waiting", {"body_id": view.body.id}),
        up=Opens("body.show", {"body_id": view.body.id}),
    )


def waiting_row(case: WaitingCase, viewer: Viewer) -> Row:
    since = viewer.t(f"card.waiting_cases.{case.since}", day=case.held_on)
    return Row(
        joined(case.number, case.title, by=" "),
        "",
        since,
        chips=chips(viewer.t("card.confidential_mark") if case.confidential else ""),
        opens=Opens("case.show", {"case_id": case.id}),
        actions=actions(viewer, case.actions),
    )


def sent_row(line: AwaitedAnswer, viewer: Viewer) -> Row:
    """Returns a case that was sent on: to whom, and by when they were asked to answer."""
    t = viewer.t
    until = t("card.referrals.until", day=line.answer_by) if line.answer_by else ""
    return Row(
        joined(line.number, line.title, by=" "),
        joined(line.receiver, sent_words(line, viewer), until),
        t("card.referrals.overdue") if line.is_overdue else "",
        "attention" if line.is_overdue else "",
        chips=chips(t("card.confidential_mark") if line.confidential else ""),
        opens=Opens("referral.show", {"referral_id": line.id}),
    )


def treatment_section(treatment: CaseTreatment, viewer: Viewer) -> Section:
    """Returns what came of a case at one meeting."""
    t = viewer.t
    shows = "minutes.show" if treatment.has_minutes else "meeting.show"
    waits = t("card.case.cancelled" if treatment.is_cancelled else "card.case.no_outcome")
    return section(
        t("card.case.meeting", day=treatment.held_on),
        lines=[
            waits if treatment.outcome is None else "",
            t("card.minutes.under_correction") if treatment.is_corrected else "",
        ],
        facts=[
            (t("card.minutes.outcome"), viewer.say(treatment.outcome)),
            (t("arg.words"), treatment.outcome_text),
            (t("arg.agreement"), viewer.say(treatment.agreement)),
        ],
        rows=[
            *sides_row(treatment.sides, viewer),
            *(follow_up_row(each, viewer) for each in treatment.follow_ups),
        ],
        actions=[goes_to(viewer, shows, meeting_id=treatment.meeting_id)],
    )
