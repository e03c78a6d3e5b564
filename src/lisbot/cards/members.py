"""What is there for me: the menu, what is asked of me now, my language."""

from collections.abc import Sequence

from lisbot.cards.councils import attend_to
from lisbot.cards.sheet import Data, row, section, sheet
from lisbot.cards.viewer import Viewer, button
from lisbot.council.audit import Verified
from lisbot.council.models import Body, Meeting
from lisbot.council.pages import Mine
from lisbot.texts import LANGUAGES, text

ENTRIES = ("me.page", "proposal.make", "overview.show", "outcome.search")


def menu(bodies: Sequence[Body], viewer: Viewer) -> Data:
    entries = [name for name in ENTRIES if any(viewer.can(name, body.id) for body in bodies)]
    return sheet(
        viewer.t("sheet.menu.title"),
        lines=[viewer.t("sheet.menu.intro"), viewer.t("sheet.menu.type")],
        sections=[
            section(
                viewer.t("sheet.menu.bodies"),
                rows=[
                    row(
                        body.name,
                        note=body.region,
                        href=f"/body/{body.id}",
                        buttons=[body_button(viewer, body)],
                    )
                    for body in bodies
                ],
            ),
        ],
        buttons=[button(viewer, name, ask=name == "proposal.make") for name in entries] + languages(viewer),
        href="/me",
    )


def body_button(viewer: Viewer, body: Body) -> Data | None:
    return button(viewer, "body.show", body_id=body.id) if viewer.can("body.show", body.id) else None


def languages(viewer: Viewer) -> list[Data]:
    return [
        button(viewer, "me.language", title=text(lang, "sheet.menu.this_language"), language=lang)
        for lang in LANGUAGES
        if lang != viewer.lang
    ]


def named(meeting: Meeting, viewer: Viewer) -> str:
    return f"{meeting.body.name}, {viewer.say(meeting.held_on)}"


def mine(mine: Mine, viewer: Viewer) -> Data:
    t = viewer.t
    asked = [
        *(each for status in mine.run for each in attend_to(status, viewer)),
        *(
            row(
                t("sheet.mine.call", body=m.body.name),
                t("sheet.mine.call_text", day=m.held_on, until=m.call_closes_on),
                href=f"/show/call.show?meeting_id={m.id}",
                status="attention",
                buttons=[
                    button(viewer, "proposal.make", ask=True, meeting_id=m.id),
                    button(viewer, "call.nothing", meeting_id=m.id),
                ],
            )
            for m in mine.calls
        ),
        *(
            row(
                t("sheet.mine.invitation", body=m.body.name),
                t("sheet.mine.invitation_text", day=m.held_on, hour=m.starts),
                href=f"/meeting/{m.id}",
                status="attention",
                buttons=answer_buttons(viewer, m.id),
            )
            for m in mine.invitations
        ),
        *(
            row(
                t("sheet.mine.stand_in", body=m.body.name),
                t("sheet.mine.invitation_text", day=m.held_on, hour=m.starts),
                href=f"/meeting/{m.id}",
                status="attention",
                buttons=deputy_buttons(viewer, m.id),
            )
            for m in mine.stand_ins
        ),
        *(
            row(
                t("sheet.mine.vote", body=v.body.name),
                v.question,
                t("sheet.mine.closes", at=viewer.say(v.closes_at)) if v.closes_at else "",
                href=f"/show/vote.show?vote_id={v.id}",
                status="attention",
                buttons=[button(viewer, "vote.show", vote_id=v.id)],
            )
            for v in mine.votes
        ),
        *(
            row(
                t("sheet.mine.returned", title=p.title),
                p.reason or "",
                href=f"/show/proposal.show?proposal_id={p.id}",
                status="warning",
                buttons=[button(viewer, "proposal.change", ask=True, proposal_id=p.id)],
            )
            for p in mine.returned
        ),
        *(
            row(
                t("sheet.mine.comments", body=m.body.name),
                t("sheet.mine.comments_text", day=m.held_on, until=m.comments_until),
                href=f"/meeting/{m.id}/minutes",
                buttons=[button(viewer, "minutes.show", meeting_id=m.id)],
            )
            for m in mine.comments
        ),
    ]
    return sheet(
        t("sheet.mine.title", name=viewer.by.name),
        sections=[
            section(t("sheet.mine.asked"), lines=() if asked else [t("sheet.mine.nothing")], rows=asked),
            section(
                t("sheet.mine.proposals"),
                rows=[
                    row(
                        p.title,
                        viewer.say(p.state),
                        named(p.meeting, viewer),
                        href=f"/show/proposal.show?proposal_id={p.id}",
                    )
                    for p in mine.proposals
                ],
            ),
            section(
                t("sheet.mine.meetings"),
                rows=[
                    row(
                        m.body.name,
                        t("sheet.mine.meeting", day=m.held_on, starts=m.starts, ends=m.ends),
                        m.place,
                        href=meeting_href(viewer, m),
                    )
                    for m in mine.meetings
                ],
            ),
            section(
                t("sheet.mine.bodies"),
                rows=[
                    row(b.name, b.region, href=f"/body/{b.id}" if viewer.can("body.show", b.id) else "")
                    for b in mine.bodies
                ],
            ),
        ],
        buttons=[
            button(viewer, "proposal.make", ask=True)
            if any(viewer.can("proposal.make", b.id) for b in mine.bodies)
            else None
        ],
        href="/me",
    )


def meeting_href(viewer: Viewer, meeting: Meeting) -> str:
    """Members have the meeting's page; those who only read have its agenda."""
    if viewer.can("meeting.show", meeting.body_id):
        return f"/meeting/{meeting.id}"
    return f"/show/agenda.show?meeting_id={meeting.id}"


def answer_buttons(viewer: Viewer, meeting_id: int) -> list[Data]:
    return [
        button(
            viewer, "answer.give", title=viewer.t("sheet.answer.comes"), meeting_id=meeting_id, answer="comes"
        ),
        button(
            viewer,
            "answer.give",
            title=viewer.t("sheet.answer.digital"),
            meeting_id=meeting_id,
            answer="digital",
        ),
        button(
            viewer,
            "answer.give",
            title=viewer.t("sheet.answer.absent"),
            ask=True,
            meeting_id=meeting_id,
            answer="absent",
        ),
    ]


def deputy_buttons(viewer: Viewer, meeting_id: int) -> list[Data]:
    return [
        button(
            viewer,
            "answer.deputy",
            title=viewer.t(f"sheet.deputy.{answer}"),
            meeting_id=meeting_id,
            answer=answer,
        )
        for answer in ("comes", "digital", "declined")
    ]


def language(_thing: object, viewer: Viewer) -> Data:
    return sheet(viewer.t("sheet.language.title"), lines=[viewer.t("sheet.language.now")], href="/me")


def nothing(_thing: object, viewer: Viewer) -> Data:
    return sheet(viewer.t("sheet.menu.title"))


def verified(result: Verified, viewer: Viewer) -> Data:
    t = viewer.t
    whole = result.broken_at is None
    return sheet(
        t("sheet.verified.whole" if whole else "sheet.verified.broken"),
        lines=["" if whole else t("sheet.verified.broken_at", line=result.broken_at)],
        facts=[(t("sheet.verified.lines"), str(result.lines)), (t("sheet.verified.hash"), result.hash)],
        whole=whole,
    )
