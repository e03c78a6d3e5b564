"""What is read on the forms of a consultation before they are filled in: what is asked, the draft, the comments."""

from collections.abc import Iterable, Iterator

from lisbot.council.consultations.parts import label
from lisbot.council.core.context import Act
from lisbot.council.core.quoting import quote
from lisbot.council.models import Consultation, ConsultationComment
from lisbot.texts import text


def about(consultation: Consultation) -> str:
    return f"{label(consultation)} {consultation.title}\n{consultation.asker}"


def question_reads(act: Act, consultation: Consultation) -> Iterator[str]:
    """Yields who the applicant is, by when a statement is needed, and what is asked."""
    lang, day = act.by.lang, consultation.statements_by
    if consultation.applicant is not None:
        yield text(lang, "consultation.form.applicant", name=consultation.applicant.name)
    yield text(lang, "consultation.form.overdue" if day < act.today else "consultation.form.until", day=day)
    if consultation.background:
        yield under(text(lang, "consultation.form.background"), consultation.background)
    if consultation.links:
        yield under(f"{text(lang, 'arg.links')}:", consultation.links)


def draft_reads(act: Act, consultation: Consultation) -> Iterator[str]:
    """Yields the draft as it is now, and what was said of it."""
    yield under(text(act.by.lang, "consultation.form.draft"), consultation.draft)
    yield from comment_reads(act, consultation)


def reply_reads(act: Act, consultation: Consultation) -> Iterator[str]:
    """Yields the text that is sent, and what was said of it."""
    yield under(text(act.by.lang, "consultation.form.reply"), consultation.draft)
    yield from comment_reads(act, consultation)


def comment_reads(act: Act, consultation: Consultation) -> Iterator[str]:
    """Yields what was said of the draft, each comment with whose it is and whether it was of a former draft; that
    nothing was, where there is a draft."""
    comments = consultation.comments
    if comments:
        heading = text(act.by.lang, "consultation.form.comments")
        yield under(heading, "\n".join(comment_lines(act, comments, consultation.draft_version)))
    elif consultation.draft:
        yield text(act.by.lang, "consultation.form.no_comments")


def comment_lines(act: Act, comments: Iterable[ConsultationComment], version: int) -> Iterator[str]:
    for each in comments:
        who = ", ".join(filter(None, (each.by_name, each.organisation_name)))
        former = "" if each.version == version else f" ({text(act.by.lang, 'card.consultation.former_draft')})"
        yield f"– {who}{former}: {quote(each.text)}"


def under(heading: str, words: str) -> str:
    return f"{heading}\n{words}"
