"""A question, one's own answer, and the result."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lisbot.cards.letterhead import letterhead
from lisbot.cards.roles import short_seat
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import (
    Action,
    Bar,
    Opens,
    Row,
    Section,
    Sheet,
    action,
    actions,
    goes_to_sent,
    joined,
    section,
    sheet,
)
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Choice, Verdict, VoteForm, VoteState
from lisbot.council.votes.views import BallotLine, RecusedLine, RollLine, VoteView
from lisbot.texts import format_list

if TYPE_CHECKING:
    from lisbot.council.meetings.views import ItemVote

ASKS_REASON = (Choice.DISAGREE, Choice.REMARKS)  # in a consent round


def vote(view: VoteView, viewer: Viewer) -> Sheet:
    """Returns the question with its answers first, then how it stands, who said what, and what it is about."""
    t = viewer.t
    return sheet(
        view.question,
        subtitle=about(view),
        state=vote_state(view, viewer),
        status=vote_status(view),
        lines=[withdrawn_line(view, viewer) or own_answer(view, viewer)],
        answers=choice_actions(view, viewer),
        facts=[
            (t("card.vote.form"), viewer.say(view.form)),
            (t("card.vote.secrecy"), t("card.vote.secret" if view.secret else "card.vote.named")),
            (t("card.vote.turnout"), t("card.vote.answered", count=view.answered, entitled=view.entitled)),
            (t("card.vote.closed_when"), closing(view, viewer)),
        ],
        sections=[
            following(view, viewer),
            result(view, viewer),
            ballots(view, viewer),
            section(
                t("card.vote.reasons"),
                rows=[Row(choice_name(view.form, r.choice, viewer), r.reason) for r in view.reasons],
            ),
            section(t("card.vote.silent"), rows=map(roll_row, view.silent), is_detail=True, folds=True),
            section(t("card.vote.recused"), rows=[recused_row(line, viewer) for line in view.recused]),
            papers(view, viewer),
        ],
        actions=[
            *actions(viewer, without_choices(view.actions)),
            goes_to_sent(viewer, view.body.id, vote_id=view.id),
        ],
        letterhead=letterhead(view.body, "vote", viewer),
        opens=Opens("vote.show", {"vote_id": view.id}),
        up=Opens("meeting.show", {"meeting_id": view.meeting_id})
        if view.meeting_id
        else Opens("body.show", {"body_id": view.body.id}),
    )


def following(view: VoteView, viewer: Viewer) -> Section | None:
    """Returns what waits for the viewer once this is answered."""
    if view.following is None:
        return None
    vote = view.following
    closes = viewer.t("card.worklist.closes", at=vote.closes_at) if vote.closes_at else ""
    row = Row(vote.question, joined(vote.body.name, closes), opens=Opens("vote.show", {"vote_id": vote.id}))
    return section(viewer.t("card.vote.following"), rows=[row])


def papers(view: VoteView, viewer: Viewer) -> Section:
    """Returns the background and the papers of the item it is about."""
    t = viewer.t
    proposed = t("card.agenda.asked", wording=view.wording) if view.wording else ""
    return section(t("card.vote.background"), lines=[view.background, proposed, "\n".join(view.links)], is_aside=True)


def ballots(view: VoteView, viewer: Viewer) -> Section:
    """Returns who answered what, the seats of one organisation together."""
    first: dict[str, int] = {}
    for number, ballot in enumerate(view.ballots):
        first.setdefault(view.organisations.get(ballot.seat_id, ballot.seat), number)
    together = sorted(view.ballots, key=lambda each: first[view.organisations.get(each.seat_id, each.seat)])
    rows = [ballot_row(ballot, view, viewer) for ballot in together]
    return section(viewer.t("card.vote.answers"), rows=rows, is_detail=True)


def vote_state(view: VoteView, viewer: Viewer) -> str:
    """Returns whether the question is open, and until when, or what its result is."""
    if view.state is VoteState.OPEN:
        if view.closes_at is None:
            return viewer.t("card.vote.open_by_hand")
        return viewer.t("card.vote.open_until", at=view.closes_at)
    if view.state is VoteState.WITHDRAWN:
        return viewer.t("card.vote.withdrawn")
    if view.verdict is None:
        return viewer.t("card.vote.over")
    return viewer.t("card.vote.closed", verdict=verdict_words(view, viewer))


def closing(view: VoteView, viewer: Viewer) -> str:
    """Returns when it was closed, and by whom where somebody did."""
    if view.closed_at is None or view.state is VoteState.WITHDRAWN:
        return ""
    return joined(viewer.say(view.closed_at), view.closed_by)


def vote_status(view: VoteView) -> str:
    if view.state is VoteState.OPEN:
        return "good"
    statuses = {Verdict.PASSED: "good", Verdict.FAILED: "attention", Verdict.TIE: "warning"}
    return statuses.get(view.verdict, "") if view.verdict else ""


def withdrawn_line(view: VoteView, viewer: Viewer) -> str:
    if view.state is not VoteState.WITHDRAWN:
        return ""
    return viewer.t("card.vote.withdrawn_because", reason=view.withdrawn_reason)


def about(view: VoteView) -> str:
    if view.item is None:
        return view.body.name
    return f"{view.body.name} · {joined(view.case_number, view.item, by=' ')}"


def without_choices(allowed: Iterable[AllowedAction]) -> list[AllowedAction]:
    return [each for each in allowed if each.command != "vote.cast"]


def choice_actions(view: VoteView, viewer: Viewer) -> list[Action]:
    """Returns one button for each answer. A reason is asked for where it is due."""
    chosen = {ballot.choice for ballot in view.own if ballot.answered and not ballot.recused}
    return [
        replace(button, is_chosen=True, style="positive") if button.arguments["choice"] in chosen else button
        for button in answer_buttons(view.form, view.actions, viewer)
    ]


def answer_buttons(form: VoteForm, allowed: Iterable[AllowedAction], viewer: Viewer) -> tuple[Action, ...]:
    """Returns a button for each answer among what is open to the viewer. A reason is asked for where it is due."""
    return tuple(
        action(
            viewer,
            each,
            title=choice_name(form, str(each.arguments["choice"]), viewer),
            asks=form is VoteForm.CONSENT and each.arguments["choice"] in ASKS_REASON,
        )
        for each in allowed
        if each.command == "vote.cast"
    )


def choice_name(form: VoteForm, option: str, viewer: Viewer) -> str:
    """Returns an answer as people say it: lisbot's word, or a single choice's own."""
    is_own = form is VoteForm.SINGLE and option != Choice.ABSTAIN
    return option if is_own else viewer.say(Choice(option))


def own_answer(view: VoteView, viewer: Viewer) -> str:
    """Returns what this member has answered. Of a secret vote only that they have."""
    if not view.own:
        return ""
    if all(ballot.recused for ballot in view.own):
        return viewer.t("card.vote.you_are_recused")
    answered = [ballot for ballot in view.own if ballot.answered]
    if not answered:
        return viewer.t("card.vote.not_yet") if view.state is VoteState.OPEN else ""
    if view.secret:
        return viewer.t("card.vote.yours_secret")
    said = [choice_name(view.form, ballot.choice, viewer) for ballot in answered if ballot.choice]
    return viewer.t("card.vote.yours", choice="; ".join(said))


def result(view: VoteView, viewer: Viewer) -> Section:
    heading = viewer.t("card.vote.result")
    if view.state is VoteState.WITHDRAWN:
        return section()
    if view.counts is None and view.verdict is not None:
        return section(heading, lines=verdict_lines(view, viewer))
    if view.counts is None:
        hidden = viewer.t("card.vote.hidden_secret", minimum=view.minimum) if view.secret else ""
        return section(heading, lines=[hidden or viewer.t("card.vote.hidden")])
    return section(heading, bars=bars(view, viewer), lines=verdict_lines(view, viewer))


def bars(view: VoteView, viewer: Viewer) -> list[Bar]:
    """Returns how many chose each answer, and how many none, of all who could."""
    t, of = viewer.t, view.entitled
    counted = [(choice_name(view.form, option, viewer), number) for option, number in (view.counts or {}).items()]
    if view.state is not VoteState.OPEN and view.answered < of:
        counted.append((t("card.vote.silent"), of - view.answered))
    return [Bar(name, t("card.vote.of", count=number, entitled=of), number, of) for name, number in counted]


def tally(form: VoteForm, counts: Mapping[str, int], viewer: Viewer) -> list[tuple[str, str]]:
    return [(choice_name(form, option, viewer), str(number)) for option, number in counts.items()]


def verdict_lines(judged: "VoteView | ItemVote", viewer: Viewer) -> list[str]:
    """Returns what came of it and by which rule, or that no rule is set."""
    if judged.verdict is None:
        return []
    rules = []
    if judged.tied and judged.verdict is not Verdict.TIE:
        rules.append(viewer.t("card.vote.tie_decided", rule=judged.tie_rule))
    if judged.quorum is not None:
        rules.append(f"{viewer.t('card.body.quorum')}: {viewer.say(judged.quorum)}")
    if judged.majority is not None:
        rules.append(f"{viewer.t('card.body.majority')}: {viewer.say(judged.majority)}")
    return [verdict_words(judged, viewer), *rules]


def verdict_words(judged: "VoteView | ItemVote", viewer: Viewer) -> str:
    """Returns what came of it: which option won, or which share the lead and why that is not decided."""
    is_choice = judged.form is VoteForm.SINGLE
    if judged.verdict is Verdict.TIE:
        why = "unset" if judged.tie_rule is None else "secret" if judged.secret else "chair"
        because = viewer.t(f"card.vote.tie.{why}")
        if not is_choice:
            return f"{viewer.say(judged.verdict)}. {because}"
        between = format_list(viewer.lang, judged.tied)
        return f"{viewer.t('card.vote.tie.between', options=between)}. {because}"
    if is_choice and judged.winner is not None:
        return viewer.t("card.vote.won", option=judged.winner)
    if is_choice and judged.verdict is Verdict.FAILED:
        return viewer.t("card.vote.none_won")
    return viewer.say(judged.verdict)


def item_vote_line(vote: "ItemVote", viewer: Viewer) -> str:
    """Returns a question and its result in one line, for agendas and minutes. That no rule is set goes unsaid."""
    if vote.verdict is None:
        return viewer.t("card.vote.open_line", question=vote.question)
    counted = ", ".join(f"{words}: {number}" for words, number in tally(vote.form, vote.counts, viewer))
    judged = [] if vote.verdict is Verdict.NO_RULE else verdict_lines(vote, viewer)
    recused = [joined(each.holder, f"({each.reason})" if each.reason else "", by=" ") for each in vote.recused]
    without = viewer.t("card.vote.without", names=format_list(viewer.lang, recused)) if recused else ""
    said = joined(counted, *judged, without, by=". ")
    return viewer.t("card.vote.line", question=vote.question, said=said)


def ballot_row(ballot: BallotLine, view: VoteView, viewer: Viewer) -> Row:
    instead = "" if ballot.by == ballot.holder else viewer.t("card.vote.instead_of", name=ballot.holder)
    changed = viewer.t("card.vote.changed", count=ballot.changes) if ballot.changes else ""
    return Row(
        f"{short_seat(ballot.seat)}: {choice_name(view.form, ballot.choice, viewer)}",
        ballot.reason,
        joined(ballot.by, instead, changed),
    )


def recused_row(line: RecusedLine, viewer: Viewer) -> Row:
    return Row(line.holder, short_seat(line.seat), line.reason, actions=actions(viewer, line.actions))


def roll_row(line: RollLine) -> Row:
    return Row(line.holder, short_seat(line.seat))
