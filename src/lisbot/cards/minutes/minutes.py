"""Minutes: what they say, what is lacking, and their versions."""

from lisbot.cards.letterhead import letterhead
from lisbot.cards.meetings.references import up_to, when
from lisbot.cards.minutes.items import has_no_rule, item_section
from lisbot.cards.minutes.presence import guest_row, presence_rows
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Opens,
    Row,
    Section,
    Sheet,
    action,
    actions,
    goes_to,
    goes_to_sent,
    joined,
    section,
    sheet,
)
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import MinutesState
from lisbot.council.minutes.views import (
    CommentLine,
    MinutesView,
    VersionLine,
)

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
