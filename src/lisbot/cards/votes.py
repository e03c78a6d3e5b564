"""A question, one's own answer, and the result."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Opens, Row, Section, Sheet, action, actions, joined, section, sheet
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Choice, Majority, Quorum, Verdict, VoteForm, VoteState
from lisbot.council.votes.views import BallotLine, RecusedLine, RollLine, VoteView

if TYPE_CHECKING:
    from lisbot.council.meetings.views import ItemVote

ASKS_REASON = (Choice.DISAGREE, Choice.REMARKS)  # in a consent round


def vote(view: VoteView, viewer: Viewer) -> Sheet:
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
        ],
        sections=[
            result(view, viewer),
            section(t("card.vote.answers"), rows=[ballot_row(b, view, viewer) for b in view.ballots], is_detail=True),
            section(
                t("card.vote.reasons"),
                rows=[Row(choice_name(view.form, r.choice, viewer), r.reason) for r in view.reasons],
            ),
            section(t("card.vote.silent"), rows=map(roll_row, view.silent), is_detail=True),
            section(t("card.vote.recused"), rows=[recused_row(line, viewer) for line in view.recused]),
        ],
        actions=actions(viewer, without_choices(view.actions)),
        opens=Opens("vote.show", {"vote_id": view.id}),
        up=Opens("meeting.show", {"meeting_id": view.meeting_id})
        if view.meeting_id
        else Opens("body.show", {"body_id": view.body.id}),
    )


def vote_state(view: VoteView, viewer: Viewer) -> str:
    """Returns whether the question is open, and until when, or what its result is."""
    if view.state is VoteState.OPEN:
        if view.closes_at is None:
            return viewer.t("card.vote.open_by_hand")
        return viewer.t("card.vote.open_until", at=view.closes_at)
    if view.state is VoteState.WITHDRAWN:
        return viewer.t("card.vote.withdrawn")
    return viewer.t("card.vote.closed", verdict=view.verdict) if view.verdict else viewer.t("card.vote.over")


def vote_status(view: VoteView) -> str:
    if view.state is VoteState.OPEN:
        return "good"
    return {Verdict.PASSED: "good", Verdict.FAILED: "attention"}.get(view.verdict, "") if view.verdict else ""


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
    return [
        action(
            viewer,
            each,
            title=choice_name(view.form, str(each.arguments["choice"]), viewer),
            asks=view.form is VoteForm.CONSENT and each.arguments["choice"] in ASKS_REASON,
        )
        for each in view.actions
        if each.command == "vote.cast"
    ]


def choice_name(form: VoteForm, option: str, viewer: Viewer) -> str:
    """Returns an answer as people say it: lisbot's word, or a single choice's own."""
    return option if form is VoteForm.SINGLE else viewer.say(Choice(option))


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
    if view.counts is None:
        return section(heading, lines=[viewer.t("card.vote.hidden")])
    return section(
        heading,
        facts=tally(view.form, view.counts, viewer),
        lines=verdict_lines(view.verdict, view.quorum, view.majority, viewer),
    )


def tally(form: VoteForm, counts: Mapping[str, int], viewer: Viewer) -> list[tuple[str, str]]:
    return [(choice_name(form, option, viewer), str(number)) for option, number in counts.items()]


def verdict_lines(
    verdict: Verdict | None, quorum: Quorum | None, majority: Majority | None, viewer: Viewer
) -> list[str]:
    """Returns by which rule it passed or not, or that no rule is set."""
    if verdict is None:
        return []
    rules = []
    if quorum is not None:
        rules.append(f"{viewer.t('card.body.quorum')}: {viewer.say(quorum)}")
    if majority is not None:
        rules.append(f"{viewer.t('card.body.majority')}: {viewer.say(majority)}")
    return [viewer.say(verdict), *rules]


def item_vote_line(vote: "ItemVote", viewer: Viewer) -> str:
    """Returns a question and its result in one line, for agendas and minutes."""
    if vote.verdict is None:
        return viewer.t("card.vote.open_line", question=vote.question)
    counted = ", ".join(f"{words}: {number}" for words, number in tally(vote.form, vote.counts, viewer))
    said = ". ".join(verdict_lines(vote.verdict, vote.quorum, vote.majority, viewer))
    return viewer.t("card.vote.line", question=vote.question, counted=counted, verdict=said)


def ballot_row(ballot: BallotLine, view: VoteView, viewer: Viewer) -> Row:
    instead = "" if ballot.by == ballot.holder else viewer.t("card.vote.instead_of", name=ballot.holder)
    changed = viewer.t("card.vote.changed", count=ballot.changes) if ballot.changes else ""
    return Row(
        f"{ballot.seat}: {choice_name(view.form, ballot.choice, viewer)}",
        ballot.reason,
        joined(ballot.by, instead, changed),
    )


def recused_row(line: RecusedLine, viewer: Viewer) -> Row:
    return Row(line.holder, line.seat, line.reason, actions=actions(viewer, line.actions))


def roll_row(line: RollLine) -> Row:
    return Row(line.holder, line.seat)
