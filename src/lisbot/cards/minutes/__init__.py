"""Minutes, outcomes, and the register of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time

from lisbot.cards.letterhead import letterhead
from lisbot.cards.meetings.references import days_of, up_to, when
from lisbot.cards.minutes.follow_ups import follow_up_row
from lisbot.cards.roles import short_role
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Chip,
    Opens,
    Row,
    Section,
    Sheet,
    action,
    actions,
    chips,
    goes_to,
    goes_to_sent,
    joined,
    section,
    sheet,
)
from lisbot.cards.votes import item_vote_line
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import MinutesState, OutcomeKind, SummaryState, Verdict
from lisbot.council.minutes.views import (
    AnswerLine,
    CommentLine,
    GuestLine,
    MinutesItem,
    MinutesView,
    OutcomeLine,
    OutcomesView,
    OutcomeView,
    PresenceLine,
    SummaryView,
    VersionLine,
)
from lisbot.texts import date_and_name

SENDS_ON = "referral.send"  # an item that there was no agreement about
OF_PRESENCE = ("minutes.record_presence", "minutes.record_seat", "guest.add")


def minutes(view: MinutesView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    presence = [each for each in view.actions if each.command in OF_PRESENCE]
    is_approved = view.state is MinutesState.APPROVED
    until = viewer.say(view.comments_until) if view.state is MinutesState.COMMENTS else ""
    shown = next((line for line in view.versions if line.number == view.version), None)
    missing = t("card.minutes.missing_count", count=view.missing_count) if view.missing_count else ""
    return sheet(
        t("card.minutes.title", body=ref.body.name),
        subtitle=when(ref, viewer),
        state=minutes_state(view, viewer),
        status=minutes_status(view),
        facts=[
            (t("card.minutes.until"), until),
            (t("card.minutes.approved_on"), approved_words(shown, viewer) if shown else ""),
            (t("arg.place"), ref.place),
        ],
        lines=[
            correction_line(view, viewer),
            t("card.minutes.replaced", number=view.newest_version) if is_replaced(view) else "",
        ],
        sections=[
            section(t("card.minutes.to_do"), rows=lacking_rows(view, viewer)),
            section(
                t("card.minutes.present"),
                rows=presence_rows(view.present, viewer),
                folds=True,
                count=len(view.present),
                is_aside=True,
                actions=actions(viewer, presence),
                is_detail=not presence,
            ),
            section(
                t("card.minutes.guests"),
                rows=[guest_row(line, viewer) for line in view.guests],
                is_aside=True,
                is_detail=True,
            ),
            section(
                t("card.minutes.absent"),
                rows=presence_rows(view.absent, viewer),
                folds=True,
                count=len(view.absent),
                is_aside=True,
                is_detail=True,
            ),
            section(
                t("card.minutes.missing"),
                lines=[] if view.missing else [missing],
                rows=presence_rows(view.missing, viewer),
                folds=bool(view.missing),
                count=len(view.missing),
                is_aside=True,
                is_detail=True,
            ),
            *(item_section(item, number, viewer) for number, item in enumerate(view.items, start=1)),
            section(
                t("card.minutes.no_rule_heading"),
                lines=[t("card.minutes.no_rule")] if any(has_no_rule(item) for item in view.items) else [],
            ),
            section(
                t("card.minutes.comments"),
                rows=[comment_line(comment, viewer) for comment in view.comments],
                is_detail=is_approved,
            ),
            versions_section(view, viewer),
        ],
        letterhead=letterhead(
            ref.body,
            "minutes" if view.version is not None else "minutes_draft",
            viewer,
            on=shown.approved_at.astimezone(viewer.tz).date() if shown else None,
            goes_out=True,
        ),
        actions=[*minutes_actions(view, viewer), goes_to_sent(viewer, ref.body.id, meeting_id=ref.id)],
        opens=Opens("minutes.show", {"meeting_id": ref.id, **version_shown(view)}),
        up=up_to(ref),
    )


def summary(view: SummaryView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    sent = t("card.summary.sent", at=view.sent_at.astimezone(viewer.tz), name=view.written_by) if view.sent_at else ""
    return sheet(
        t("card.summary.title", body=ref.body.name),
        subtitle=when(ref, viewer),
        state=viewer.say(view.state),
        status="good" if view.state is SummaryState.SENT else "warning",
        lines=[
            sent if view.state is SummaryState.SENT else "",
            t("card.summary.changed") if view.state is SummaryState.CHANGED else "",
        ],
        sections=[section(lines=view.text.split("\n"))],
        actions=[
            *actions(viewer, view.actions, positive=["summary.send"]),
            goes_to_sent(viewer, ref.body.id, meeting_id=ref.id),
        ],
        opens=Opens("summary.show", {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def is_replaced(view: MinutesView) -> bool:
    """Returns whether what is shown was approved, and another version since."""
    return view.version is not None and view.version < view.newest_version


def version_shown(view: MinutesView) -> dict[str, int]:
    """Returns the argument that shows the same version again, where it is not the one that is shown anyway."""
    return {"version": view.version} if view.version is not None and is_replaced(view) else {}


def minutes_status(view: MinutesView) -> str:
    """Returns "warning" where comments are asked for, "good" for minutes that stand approved."""
    if view.state is MinutesState.COMMENTS:
        return "warning"
    stands = view.state is MinutesState.APPROVED and not view.is_corrected and not is_replaced(view)
    return "good" if stands else ""


def minutes_state(view: MinutesView, viewer: Viewer) -> str:
    if view.version is None or (view.newest_version == 1 and not view.is_corrected):
        return viewer.say(view.state)
    words = viewer.t("card.minutes.version_state", state=view.state, number=view.version)
    corrected = viewer.t("card.minutes.under_correction") if view.is_corrected and not is_replaced(view) else ""
    return joined(words, corrected)


def correction_line(view: MinutesView, viewer: Viewer) -> str:
    """Returns why approved minutes are being corrected, to whoever reads them or the draft."""
    newest = view.versions[0] if view.versions else None
    if not view.is_corrected or newest is None or newest.reason is None or is_replaced(view):
        return ""
    key = "card.minutes.corrected_draft" if view.version is None else "card.minutes.corrected"
    return viewer.t(key, number=newest.number, name=newest.reopened_by, at=newest.reopened_at, reason=newest.reason)


def approved_words(line: VersionLine, viewer: Viewer) -> str:
    """Returns when a version was approved, and by whom where that is known."""
    if not line.approved_by:
        return str(viewer.say(line.approved_at))
    return viewer.t("card.minutes.approved_by", at=line.approved_at, name=line.approved_by)


def versions_section(view: MinutesView, viewer: Viewer) -> Section:
    """Returns the versions that have been approved, where there is more to say than that there is one."""
    if len(view.versions) < 2 and not view.is_corrected:
        return section()
    return section(
        viewer.t("card.minutes.versions"),
        rows=[
            Row(
                viewer.t("card.minutes.version", number=line.number),
                approved_words(line, viewer),
                viewer.t("card.minutes.reopened", at=line.reopened_at, name=line.reopened_by, reason=line.reason)
                if line.reopened_at
                else "",
                opens=Opens("minutes.show", {"meeting_id": view.meeting.id, "version": line.number}),
            )
            for line in view.versions
        ],
    )


def has_no_rule(item: MinutesItem) -> bool:
    return any(vote.verdict is Verdict.NO_RULE for vote in item.votes)


def comment_line(comment: CommentLine, viewer: Viewer) -> Row:
    """Returns a comment with what it is about and what was answered."""
    answer = ""
    if comment.answer:
        answer = viewer.t("card.minutes.answer", name=comment.answered_by, answer=comment.answer)
    return Row(
        joined(joined(comment.name, comment.organisation, by=", "), comment.item),
        joined(comment.text, answer, by="\n"),
        str(viewer.say(comment.at)),
        actions=actions(viewer, comment.actions),
    )


def guest_row(line: GuestLine, viewer: Viewer) -> Row:
    return Row(
        joined(line.name, line.affiliation, by=", "),
        hours(line.arrived, line.left, viewer),
        viewer.t("card.minutes.guest_unsure") if line.is_unsure else "",
        status="warning" if line.is_unsure else "",
        quiet=actions(viewer, line.actions),
    )


def hours(arrived: time | None, left: time | None, viewer: Viewer) -> str:
    """Returns from when to when somebody was there, where that was not all the time."""
    if arrived and left:
        return viewer.t("card.minutes.between", starts=arrived, ends=left)
    if arrived:
        return viewer.t("card.minutes.arrived", hour=arrived)
    return viewer.t("card.minutes.left", hour=left) if left else ""


def lacking_rows(view: MinutesView, viewer: Viewer) -> list[Row]:
    """Returns what is to be done before the minutes can be approved, each with the way to it, for whoever approves
    them."""
    t = viewer.t
    writing = [
        action(
            viewer,
            AllowedAction(each.command, {**each.arguments, "item_id": item.id}),
            title=joined(item.number, item.title, by=" "),
        )
        for each in view.actions
        if each.command == "minutes.write_items"
        for item in view.items
        if item.id in view.lacking
    ]
    without = [Row(t("card.minutes.lacks_outcome"), actions=tuple(writing))] if writing else []
    still_open = [
        Row(
            t("card.minutes.lacks_result", question=vote.question),
            actions=(goes_to(viewer, "vote.show", title=t("card.vote.show_question"), vote_id=vote.id),),
        )
        for item in view.items
        for vote in item.votes
        if vote.is_open and view.has_open_vote
    ]
    return [*without, *still_open]


def minutes_actions(view: MinutesView, viewer: Viewer) -> tuple[Action, ...]:
    """Returns what may be done to the minutes as a whole. The next step stands out."""
    shown = [each for each in view.actions if each.command not in OF_PRESENCE]
    next_step = {MinutesState.DRAFT: "minutes.send", MinutesState.COMMENTS: "minutes.approve"}.get(view.state, "")
    return actions(viewer, shown, positive=["minutes.write_items" if view.lacking else next_step])


def presence_rows(lines: Iterable[PresenceLine], viewer: Viewer) -> list[Row]:
    """Returns who sat there, each organisation's together."""
    by_organisation: dict[str, list[PresenceLine]] = {}
    for line in lines:
        by_organisation.setdefault(line.organisation, []).append(line)
    return [
        Row(
            organisation,
            "\n".join(presence_line(line, viewer) for line in sat),
            quiet=tuple(
                action(viewer, each, title="" if len(sat) == 1 else line.name or line.role)
                for line in sat
                for each in line.actions
            ),
        )
        for organisation, sat in by_organisation.items()
    ]


def presence_line(line: PresenceLine, viewer: Viewer) -> str:
    """Returns who sat in a seat, for whom, and when: «Nils Vik (vara for Kari Berg), Overlege»."""
    who = line.name or viewer.t("card.body.vacant")
    if line.deputy_for:
        who += f" ({viewer.t('card.minutes.deputy_for', name=line.deputy_for)})"
    elif line.instead_of:
        who += f" ({viewer.t('card.minutes.instead_of', name=line.instead_of)})"
    return joined(f"{who}, {short_role(line.role)}", hours(line.arrived, line.left, viewer), by=", ")


def item_section(item: MinutesItem, number: int, viewer: Viewer) -> Section:
    """Returns an item with what came of it. What was said of it stands folded on a card, for those who only read it."""
    t = viewer.t
    if item.is_withheld:
        return section(
            joined(item.number, t("card.agenda.withheld_item"), by=" "),
            lines=[t("card.confidential_withheld")],
            mark=f"{number}.",
        )
    sends = [each for each in item.actions if each.command == SENDS_ON]
    writes = [each for each in item.actions if each.command != SENDS_ON]
    is_written = bool(writes)
    silent = t("card.minutes.nothing_said") if not is_written and item.outcome is None else ""
    missing = t("card.minutes.no_outcome") if is_written and item.case_id else ""
    return section(
        joined(item.number, item.title, by=" "),
        lines=[
            t("card.confidential") if item.confidential else "",
            item.discussed or silent,
            *(item_vote_line(vote, viewer) for vote in item.votes),
        ],
        facts=[
            (t("card.minutes.outcome"), viewer.say(item.outcome) or missing),
            (t("arg.words"), item.outcome_text),
            (t("arg.agreement"), viewer.say(item.agreement)),
        ],
        rows=[
            *sides_row(item.sides, viewer),
            *(
                replace(row, title=viewer.t("card.minutes.guest", name=row.title))
                for row in (guest_row(line, viewer) for line in item.guests)
            ),
            *(follow_up_row(follow_up, viewer) for follow_up in item.follow_ups),
        ],
        actions=actions(viewer, sends),
        quiet=actions(viewer, writes),
        mark=f"{number}.",
        folds_from=None if is_written or item.outcome is None else int(item.confidential),
    )


def sides_row(sides: str, viewer: Viewer) -> list[Row]:
    """Returns each side's reasons, in the lines they were written in."""
    return [Row(viewer.t("arg.sides"), sides)] if sides else []


def outcome(view: OutcomeView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    command = "minutes.show" if view.has_minutes else "meeting.show"
    return sheet(
        joined(view.number, view.title, by=" "),
        subtitle=date_and_name(viewer.lang, ref.body.name, days_of(ref)),
        facts=[
            (t("card.minutes.outcome"), viewer.say(view.outcome)),
            (t("arg.words"), view.outcome_text),
            (t("arg.agreement"), viewer.say(view.agreement)),
        ],
        lines=[t("card.confidential") if view.confidential else "", postponed_line(view, viewer)],
        sections=[section(rows=sides_row(view.sides, viewer))],
        actions=[
            *actions(viewer, view.actions),
            goes_to(viewer, "minutes.show", meeting_id=ref.id) if view.has_minutes else None,
        ],
        opens=Opens(command, {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def postponed_line(view: OutcomeView, viewer: Viewer) -> str:
    """Returns where a postponed case goes: to a meeting, or to the council's list."""
    if view.outcome is not OutcomeKind.POSTPONED:
        return ""
    if view.to_meeting_on is not None:
        return viewer.t("card.outcome.postponed_to", day=view.to_meeting_on)
    return viewer.t("card.outcome.waits") if view.is_case else ""


def outcomes(view: OutcomesView, viewer: Viewer) -> Sheet:
    t = viewer.t
    asked = {"text": view.text, "body_id": view.body_id, "year": view.year, "kind": view.kind}
    return sheet(
        t("card.outcomes.title"),
        subtitle=joined(
            t("card.outcomes.found", count=len(view.found)),
            view.text,
            viewer.say(view.kind),
            str(view.year or ""),
        ),
        lines=[
            t("card.outcomes.more") if view.has_more else "",
            "" if view.found or view.answers else t("card.outcomes.none_means"),
            t("card.confidential") if has_confidential(view) else "",
        ],
        sections=[
            section(rows=[outcome_row(line, viewer) for line in view.found]),
            section(t("card.outcomes.answers"), rows=[answer_row(line, viewer) for line in view.answers]),
        ],
        actions=[
            Action(t("command.outcome.search.button"), "outcome.search", asks=viewer.asks("outcome.search", {})),
        ],
        opens=Opens("outcome.search", {name: value for name, value in asked.items() if value}),
    )


def has_confidential(view: OutcomesView) -> bool:
    return any(line.confidential for line in view.found) or any(line.confidential for line in view.answers)


def answer_row(line: AnswerLine, viewer: Viewer) -> Row:
    return Row(
        joined(line.number, line.title, by=" "),
        line.text,
        joined(joined(line.body, line.receiver, by=" → "), viewer.say(line.on)),
        chips=chips(viewer.say(line.kind), viewer.t("card.confidential_mark") if line.confidential else ""),
        opens=Opens("referral.show", {"referral_id": line.referral_id}),
    )


def outcome_row(line: OutcomeLine, viewer: Viewer) -> Row:
    ref = line.meeting
    return Row(
        joined(line.number, line.title, by=" "),
        line.outcome_text,
        date_and_name(viewer.lang, ref.body.name, days_of(ref)),
        chips=chips(
            viewer.say(line.outcome),
            viewer.t("card.confidential_mark") if line.confidential else "",
            Chip(viewer.t("card.minutes.under_correction") if line.is_corrected else "", "warning"),
        ),
        opens=Opens("case.show", {"case_id": line.case_id}),
    )
