"""The log: whether it is whole, and the history of one thing."""

import re
from datetime import date, time
from enum import StrEnum

from lisbot.cards.form import label
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Opens, Row, Sheet, joined, section, sheet
from lisbot.council.enums import (
    Agreement,
    Authority,
    Choice,
    ChosenChannel,
    CompositionKind,
    DeputyResponse,
    ItemKind,
    Lang,
    LegalBasis,
    MailCopies,
    Majority,
    NotificationGroup,
    OrgKind,
    OutcomeKind,
    Post,
    Quorum,
    ReminderKind,
    ReminderStage,
    Response,
    Standing,
    TieRule,
    TriageAnswer,
    VoteForm,
)
from lisbot.council.log.views import LogCheckView, LogHistoryView, LogLineView, ReadingLine, ReadingsView
from lisbot.texts import date_and_name, format_list, has

READ = "read_"  # before what of many people was read
MAX_VALUE = 200  # characters of one argument shown
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
HOUR = re.compile(r"\d{2}:\d{2}:\d{2}")
# The arguments that are one of an enumeration's members, by name, or by command and name where that says more.
ENUMERATIONS: dict[str, tuple[type[StrEnum], ...]] = {
    "agreement": (Agreement,),
    "answer": (TriageAnswer,),
    "authority": (Authority,),
    "channel": (ChosenChannel,),
    "channel_choice.set.what": (NotificationGroup,),
    "choice": (Choice,),
    "copies": (MailCopies,),
    "form": (VoteForm,),
    "kind": (ItemKind, OrgKind, CompositionKind),
    "language": (Lang,),
    "legal_basis": (LegalBasis,),
    "majority": (Majority,),
    "outcome": (OutcomeKind,),
    "post": (Post,),
    "quorum": (Quorum,),
    "response": (Response, DeputyResponse),
    "stage": (ReminderStage,),
    "standing": (Standing,),
    "tie_rule": (TieRule,),
    "what": (ReminderKind,),
}


def log_check(view: LogCheckView, viewer: Viewer) -> Sheet:
    t = viewer.t
    broken = ""
    if view.fault is not None:
        broken = t(f"card.log_check.fault.{view.fault}", line=view.broken_at)
    return sheet(
        t("card.log_check.title"),
        state=t("card.log_check.whole" if view.is_whole else "card.log_check.broken"),
        status="good" if view.is_whole else "attention",
        lines=[broken],
        facts=[
            (t("card.log_check.lines"), str(view.lines)),
            (t("card.log_check.until"), viewer.say(view.linked_until)),
            (t("card.log_check.unlinked"), str(view.unlinked) if view.unlinked else ""),
            (t("card.log_check.erased"), str(view.erased) if view.erased else ""),
            (t("card.log_check.link"), " ".join(view.link[at : at + 8] for at in range(0, len(view.link), 8))),
        ],
        opens=Opens("log.verify", {}),
    )


def log_history(view: LogHistoryView, viewer: Viewer) -> Sheet:
    t = viewer.t
    noun, _, number = view.subject.partition(":")
    about = date_and_name(viewer.lang, view.title, view.held_on) if view.held_on else view.title
    up = None
    if noun in ("meeting", "case"):
        up = Opens(f"{noun}.show", {f"{noun}_id": int(number)})
    elif noun == "body":
        up = Opens("body.show_settings", {"body_id": int(number)})
    elif view.body_id is not None:
        up = Opens("register.show", {"body_id": view.body_id})
    return sheet(
        t("card.log_history.title"),
        subtitle=about,
        lines=[t("card.log_history.more") if view.has_more else ""],
        sections=[
            section(
                lines=() if view.lines else [t("card.log_history.none")],
                rows=[line_row(line, viewer) for line in view.lines],
            ),
            section(
                t("card.log_history.holders"),
                rows=[Row(each.name, opens=Opens("log.show", {"person_id": each.id})) for each in view.holders],
            ),
        ],
        opens=Opens("log.show", {f"{noun}_id": int(number)}),
        up=up,
    )


def readings(view: ReadingsView, viewer: Viewer) -> Sheet:
    t = viewer.t
    return sheet(
        t("card.readings.title"),
        lines=[t("card.readings.intro"), "" if view.lines else t("card.readings.none")],
        sections=[section(rows=[reading_row(line, viewer) for line in view.lines])],
        opens=Opens("reading.list", {}),
        up=Opens("secretariat.show", {}),
    )


def reading_row(line: ReadingLine, viewer: Viewer) -> Row:
    counts = [f"{viewer.t(f'reading_kind.{kind}')}: {count}" for kind, count in sorted(line.counts.items())]
    return Row(
        joined(line.by_name, viewer.t(f"command.{line.command}.name"), line.about, by=" · "),
        format_list(viewer.lang, counts),
        joined(viewer.say(line.at), channel(line.via, viewer)),
    )


def line_row(line: LogLineView, viewer: Viewer) -> Row:
    key = f"command.{line.command}.name"
    roles = list(dict.fromkeys(viewer.t(f"role.{role}") for role in line.as_role))
    return Row(
        joined(viewer.t(key) if has(viewer.lang, key) else line.command, line.about, by=": "),
        arguments(line, viewer),
        joined(viewer.say(line.at), line.by_name, format_list(viewer.lang, roles), channel(line.via, viewer)),
    )


def arguments(line: LogLineView, viewer: Viewer) -> str:
    """Returns what was given, one a line. What names a thing by its id is left out: it is what this is about."""
    if line.arguments is None:
        return viewer.t("card.log_history.erased")
    told = []
    for name, value in line.arguments.items():
        if name.endswith(("_id", "_ids")) or name in ("roll_digest", "result") or value in (None, "", [], False):
            continue
        if name.startswith(READ):
            told.append(f"{viewer.t(f'reading_kind.{name.removeprefix(READ)}')}: {value}")
            continue
        asked, said = label(viewer.lang, line.command, name), in_words(line.command, name, value, viewer)
        told.append(joined(asked, said[:MAX_VALUE], by=" " if asked.endswith("?") else ": "))
    return "\n".join(told)


def in_words(command: str, name: str, value: object, viewer: Viewer) -> str:
    """Returns an argument's value as the form of its command says it."""
    if value is True:
        return viewer.t("card.yes")
    words = str(value)
    argument = name.rpartition(".")[2]
    for kind in ENUMERATIONS.get(f"{command}.{argument}") or ENUMERATIONS.get(argument, ()):
        if words in list(kind):
            return viewer.say(kind(words))
    if HOUR.fullmatch(words):
        return viewer.say(time.fromisoformat(words))
    return viewer.say(date.fromisoformat(words)) if DAY.fullmatch(words) else words


def channel(via: str, viewer: Viewer) -> str:
    return viewer.t(f"channel.{via}") if has(viewer.lang, f"channel.{via}") else via
