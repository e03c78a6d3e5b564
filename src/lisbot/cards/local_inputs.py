"""What somebody has shared with their own colleagues, and what came of it."""

from lisbot.cards.meetings.references import days_of, meeting_opens, when
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, action, actions, goes_to, joined, section, sheet
from lisbot.council.enums import InputStance, LocalInputState
from lisbot.council.local_inputs.views import (
    LocalInputAnswerLine,
    LocalInputLine,
    LocalInputsView,
    LocalInputView,
    SharedItemView,
)
from lisbot.texts import text

STATUS = {LocalInputState.OPEN: "good", LocalInputState.WITHHELD: "warning", LocalInputState.LEFT: "warning"}


def local_input(view: LocalInputView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    is_open = view.state is LocalInputState.OPEN
    first = [each for each in view.actions if each.command in ("local_input.attach", "local_input.share")]
    others = [each for each in view.actions if each not in first]
    is_next = bool(view.answers) and not view.statement
    return sheet(
        t("card.local_input.title"),
        subtitle=joined(view.number, view.title, by=" "),
        state=str(viewer.say(view.state)),
        status=STATUS.get(view.state, ""),
        lines=[
            t("card.local_input.alone"),
            t("card.local_input.until", at=viewer.say(view.closes_at))
            if is_open
            else t(f"card.local_input.why.{view.state}"),
        ],
        facts=[
            (t("card.local_input.meeting"), joined(ref.body.name, when(ref, viewer), by=", ")),
            (t("card.local_input.count"), str(len(view.answers))),
            *((str(viewer.say(stance)), str(view.counts[stance])) for stance in InputStance if view.counts.get(stance)),
        ],
        sections=[
            section(
                t("card.local_input.send"),
                lines=[t("card.local_input.send_how"), message(view, viewer), view.link] if view.link else [],
            ),
            section(t("card.local_input.statement"), lines=[view.statement]),
            section(
                t("card.local_input.answers"),
                lines=[] if view.answers or not is_open else [t("card.local_input.none")],
                rows=[answer_row(each, viewer) for each in view.answers],
            ),
        ],
        actions=[
            *(
                action(
                    viewer, each, style="positive" if each.command == "local_input.attach" and is_next else "default"
                )
                for each in first
            ),
            *actions(viewer, others),
            goes_to(viewer, "case.show", case_id=view.case_id) if ref.body.may_view else None,
            goes_to(viewer, "local_input.list", title=t("card.local_input.all")) if viewer.by.id is not None else None,
        ],
        opens=Opens("local_input.show", {"local_input_id": view.id}),
        up=meeting_opens(ref) if ref.body.may_view else None,
    )


def message(view: LocalInputView, viewer: Viewer) -> str:
    """Returns what may be sent along with the link."""
    return viewer.t(
        "card.local_input.message",
        title=view.title,
        body=view.meeting.body.name,
        day=days_of(view.meeting),
        name=viewer.by.name,
    )


def answer_row(line: LocalInputAnswerLine, viewer: Viewer) -> Row:
    return Row(
        str(viewer.say(line.stance)),
        line.words,
        joined(line.name, str(viewer.say(line.at))),
        actions=tuple(action(viewer, each, title=viewer.t("card.local_input.attach_this")) for each in line.actions),
    )


def local_inputs(view: LocalInputsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.local_inputs.title"),
        lines=[t("card.local_inputs.none" if not view.lines else "card.local_input.alone")],
        sections=[section(rows=[shared_row(each, viewer) for each in view.lines])],
        opens=Opens("local_input.list", {}),
        up=Opens("worklist.show", {}),
    )


def shared_row(line: LocalInputLine, viewer: Viewer) -> Row:
    return Row(
        joined(line.number, line.title, by=" "),
        joined(line.meeting.body.name, str(viewer.say(days_of(line.meeting)))),
        joined(str(viewer.say(line.state)), viewer.t("card.local_inputs.count", count=line.count)),
        status=STATUS.get(line.state, ""),
        opens=Opens("local_input.show", {"local_input_id": line.id}),
    )


def shared_item(view: SharedItemView, viewer: Viewer) -> Sheet:
    """Returns an item as whoever has its link reads it."""
    t = viewer.t
    if view.state is not LocalInputState.OPEN:
        return sheet(t("web.local_input.title"), lines=[closed_words(view, viewer.lang)])
    return sheet(
        joined(view.number, view.title, by=" "),
        subtitle=joined(view.body, str(viewer.say(view.held_on))),
        lines=[t("web.local_input.asks", name=view.asker, organisation=view.organisation), view.background],
        facts=[(t("arg.wording"), view.wording)],
    )


def closed_words(view: SharedItemView, lang: str) -> str:
    """Returns why a link opens nothing, as whoever has it may know it."""
    is_over = view.state is LocalInputState.OVER
    return text(lang, "web.local_input.over" if is_over else "web.local_input.closed")
