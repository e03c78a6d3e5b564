"""A question, one's own answer, and the result."""

from lisbot.cards.sheet import Data, row, section, sheet
from lisbot.cards.viewer import Viewer, button
from lisbot.council.kinds import Choice, Majority, Quorum, Verdict, VoteForm
from lisbot.council.models import Vote
from lisbot.council.roll import Entry, Question
from lisbot.council.votes import NEEDS_REASON, VoteView

WITH_REASON = (*NEEDS_REASON, Choice.REMARKS)


def vote(shown: VoteView, viewer: Viewer) -> Data:
    t, v = viewer.t, shown.vote
    conducting = viewer.can("vote.close", v.body_id) and v.closed_at is None
    facts = [
        (t("sheet.vote.form"), viewer.say(v.form)),
        (t("sheet.vote.secrecy"), t("sheet.vote.secret" if v.secret else "sheet.vote.named")),
        (
            t("sheet.vote.closes"),
            viewer.say(v.closes_at) if v.closes_at else t("sheet.vote.by_hand") if shown.is_open else "",
        ),
        (t("sheet.vote.turnout"), t("sheet.vote.answered", count=shown.answered, entitled=shown.entitled)),
    ]
    return sheet(
        v.question,
        subtitle=titled(v),
        lines=[own(shown, viewer)],
        facts=facts,
        sections=[
            section(t("sheet.vote.result"), facts=tally(v, shown.counts, viewer), lines=verdict(v, viewer))
            if shown.counts is not None
            else section(t("sheet.vote.result"), lines=[t("sheet.vote.hidden")]),
            named(shown, viewer),
            unnamed_reasons(v, viewer),
            section(
                t("sheet.vote.silent"),
                rows=[row(e.holder, e.seat_name) for e in shown.roll if not e.answered and not e.recused],
            )
            if conducting
            else None,
            section(
                t("sheet.vote.recused"), rows=[row(e.holder, e.seat_name) for e in shown.roll if e.recused]
            ),
        ],
        buttons=[
            *(choices(shown, viewer) if shown.is_open else ()),
            button(viewer, "vote.close", vote_id=v.id) if conducting else None,
            button(viewer, "vote.recuse", ask=True, vote_id=v.id) if conducting else None,
        ],
        href=f"/show/vote.show?vote_id={v.id}",
        up=f"/meeting/{v.meeting_id}" if v.meeting_id else f"/body/{v.body_id}",
        vote_id=v.id,
        meeting_id=v.meeting_id,
    )


def titled(v: Question) -> str:
    if v.item is None:
        return v.body
    number = f"{v.case} " if v.case else ""
    return f"{v.body} · {number}{v.item}"


def choices(shown: VoteView, viewer: Viewer) -> list[Data]:
    """One button for each answer, for those who answer for a seat. A reason is asked for where it is due."""
    if not any(not entry.recused for entry in shown.mine):
        return []
    v = shown.vote
    consent = v.form is VoteForm.CONSENT
    return [
        button(
            viewer,
            "vote.cast",
            title=word(v, option, viewer),
            ask=consent and option in WITH_REASON,
            vote_id=v.id,
            choice=option,
        )
        for option in v.options
    ]


def word(v: Vote | Question, option: str, viewer: Viewer) -> str:
    """An answer as people say it: lisbot's word, or a single choice's own."""
    return str(option) if v.form is VoteForm.SINGLE else viewer.say(Choice(option))


def own(shown: VoteView, viewer: Viewer) -> str:
    """What this member has answered. Of a secret vote only that they have."""
    if not shown.mine:
        return ""
    if all(e.recused for e in shown.mine):
        return viewer.t("sheet.vote.you_are_recused")
    answered = [e for e in shown.mine if e.answered]
    if not answered:
        return viewer.t("sheet.vote.not_yet") if shown.is_open else ""
    if shown.vote.secret:
        return viewer.t("sheet.vote.yours_secret")
    said = "; ".join(f"{word(shown.vote, e.choice, viewer)}" for e in answered if e.choice)
    return viewer.t("sheet.vote.yours", choice=said)


def tally(v: Vote | Question, counts: dict[str, int] | None, viewer: Viewer) -> list[tuple[str, str]]:
    return [(word(v, option, viewer), str(number)) for option, number in (counts or {}).items()]


def verdict(v: Vote | Question, viewer: Viewer) -> list[str]:
    """By which rule it passed or not, or that no rule is set."""
    if v.result is None:
        return []
    t, r = viewer.t, v.result
    rules = []
    if r["quorum"]:
        rules.append(f"{t('sheet.body.quorum')}: {viewer.say(Quorum(r['quorum']))}")
    if r["majority"]:
        rules.append(f"{t('sheet.body.majority')}: {viewer.say(Majority(r['majority']))}")
    return [viewer.say(Verdict(r["verdict"])), *rules]


def outcome_line(v: Vote, viewer: Viewer) -> str:
    """A question and its result in one line, for agendas and minutes."""
    if v.result is None:
        return viewer.t("sheet.vote.open_line", question=v.question)
    counted = ", ".join(f"{words}: {number}" for words, number in tally(v, v.result["counts"], viewer))
    said = ". ".join(verdict(v, viewer))
    return viewer.t("sheet.vote.line", question=v.question, counted=counted, verdict=said)


def named(shown: VoteView, viewer: Viewer) -> Data | None:
    """Who answered what, of a named vote whose count shows."""
    v = shown.vote
    if v.secret or shown.counts is None:
        return None
    return section(
        viewer.t("sheet.vote.answers"),
        rows=[
            row(
                f"{e.seat_name}: {word(v, e.choice, viewer)}",
                e.reason or "",
                cast_by(e, viewer),
            )
            for e in shown.roll
            if e.choice and not e.recused
        ],
    )


def cast_by(e: Entry, viewer: Viewer) -> str:
    said = [e.by_name or ""]
    if e.by_name != e.holder:
        said.append(viewer.t("sheet.vote.instead_of", name=e.holder))
    if e.changed:
        said.append(viewer.t("sheet.vote.changed", count=e.changed))
    return " · ".join(said)


def unnamed_reasons(v: Question, viewer: Viewer) -> Data | None:
    if not v.secret or v.result is None or not v.result["reasons"]:
        return None
    return section(
        viewer.t("sheet.vote.reasons"),
        rows=[row(word(v, choice, viewer), reason) for choice, reason in v.result["reasons"]],
    )
