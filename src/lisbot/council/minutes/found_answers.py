"""What was answered to cases that were sent on, as the register of outcomes finds it."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from lisbot.council.core.access import P, bodies_seen_whole, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.minutes.search import has_words
from lisbot.council.minutes.views import AnswerLine
from lisbot.council.models import Body, Case, Referral, ReferralAnswer

MAX_READ = 500  # the newest answers of the member's councils, among which words are looked for
MAX_FOUND = 100


async def find_answers(act: Act, *, text: str, body_id: int | None, year: int | None) -> tuple[AnswerLine, ...]:
    """Returns what was answered to cases of the member's councils, newest first, by words, council and year. One
    statement; confidential cases are for those with a part in the body."""
    own = bodies_where(act.by, P.VIEW)
    query = (
        select(ReferralAnswer, Referral, Body.name)
        .join(Referral, Referral.id == ReferralAnswer.referral_id)
        .join(Case, Case.id == Referral.case_id)
        .join(Body, Body.id == Case.body_id)
        .where(
            Case.body_id.in_(own if body_id is None else own & {body_id}),
            or_(~Referral.is_confidential, Case.body_id.in_(bodies_seen_whole(act.by, own))),
        )
        .options(undefer(Referral.is_confidential))
        .order_by(ReferralAnswer.at.desc(), ReferralAnswer.id.desc())
        .limit(MAX_READ)
    )
    found = []
    later: set[int] = set()  # the cases that were sent on of which a later answer has been read
    for answer, referral, body in await act.db.execute(query):
        is_corrected = referral.id in later
        later.add(referral.id)
        on = answer.at.astimezone(act.tz).date()
        searched = "\n".join([referral.sent["number"], referral.sent["title"], referral.receiver_name, answer.text])
        if year in (None, on.year) and (not text or has_words(searched, text)):
            found.append(answer_line(answer, referral, body, on, is_corrected))
    return tuple(found[:MAX_FOUND])


def answer_line(answer: ReferralAnswer, referral: Referral, body: str, on: date, is_corrected: bool) -> AnswerLine:
    return AnswerLine(
        referral_id=referral.id,
        number=referral.sent["number"],
        title=referral.sent["title"],
        confidential=referral.is_confidential,
        body=body,
        receiver=referral.receiver_name,
        kind=answer.kind,
        text=answer.text,
        on=on,
        is_corrected=is_corrected,
        corrects=answer.number > 1 and not is_corrected,
    )
