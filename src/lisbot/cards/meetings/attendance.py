"""Answers to a notice: one's own, and who comes."""

from collections.abc import Iterable
from dataclasses import replace

from lisbot.cards.meetings.references import days_of, up_to
from lisbot.cards.roles import short_role
from lisbot.cards.viewer import Viewer
from lisbot.cards.views import Action, Bar, Opens, Row, Section, Sheet, action, actions, goes_to, section, sheet
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import DeputyResponse, Response, Standing
from lisbot.council.meetings.views import AttendanceLine, ForecastView, OwnAttendance
from lisbot.texts import date_and_name


def own_attendance(own: OwnAttendance, viewer: Viewer) -> Section:
    """Returns what this member has answered, or is asked."""
    t = viewer.t
    if own.stands_in_for:
        answered = own.deputy_response not in (None, DeputyResponse.ASKED)
        return section(
            t("card.attendance.deputy_for", name=own.stands_in_for),
            lines=[
                t("card.attendance.yours", response=own.deputy_response) if answered else "",
                t("card.attendance.tells_deputy") if own.actions else "",
            ],
            answers=chosen(deputy_answers(own.actions, viewer), own.deputy_response),
        )
    said = ""
    if own.is_known:
        said = t("card.attendance.yours", response=own.response) if own.response else t("card.attendance.not_yet")
    if own.former_response and own.former_on and own.response is None:
        said += " " + t("card.attendance.former", response=own.former_response, day=own.former_on)
    if own.deputy:
        said += " " + t("card.attendance.with_deputy", name=own.deputy, response=own.deputy_response)
    if own.noted_by:
        said += " " + t("card.attendance.noted_for_you", name=own.noted_by)
    return section(
        t("card.attendance.title"), lines=[said], answers=chosen(responses(own.actions, viewer), own.response)
    )


def chosen(answers: Iterable[Action], given: Response | DeputyResponse | None) -> list[Action]:
    """Returns the answers, the one that was given marked."""
    return [replace(each, is_chosen=True) if each.arguments["response"] == given else each for each in answers]


def responses(allowed: Iterable[AllowedAction], viewer: Viewer) -> tuple[Action, ...]:
    """Returns a button for each answer to a notice. An absence asks for its reason and a deputy."""
    return tuple(
        action(
            viewer,
            each,
            title=viewer.t(f"card.attendance.{each.arguments['response']}"),
            asks=each.arguments["response"] == Response.ABSENT,
        )
        for each in allowed
    )


def deputy_answers(allowed: Iterable[AllowedAction], viewer: Viewer) -> tuple[Action, ...]:
    return tuple(action(viewer, each, title=viewer.t(f"card.deputy.{each.arguments['response']}")) for each in allowed)


def forecast_section(view: ForecastView, viewer: Viewer) -> Section:
    return section(
        viewer.t("card.forecast.title"),
        bars=[coming_bar(view, viewer)],
        facts=quorum_fact(view, viewer),
        rows=[attendance_row(line, viewer) for line in view.seats],
        folds=True,
        actions=[
            goes_to(viewer, "attendance.forecast", meeting_id=view.meeting.id),
            *actions(viewer, view.actions),
        ],
        is_detail=True,
    )


def forecast(view: ForecastView, viewer: Viewer) -> Sheet:
    t, ref = viewer.t, view.meeting
    return sheet(
        t("card.forecast.title"),
        subtitle=date_and_name(viewer.lang, ref.body.name, days_of(ref)),
        sections=[
            section(bars=[coming_bar(view, viewer)], facts=quorum_fact(view, viewer)),
            *(
                section(t(heading), rows=[attendance_row(line, viewer) for line in lines], folds=True)
                for heading, lines in by_answer(view.seats)
            ),
        ],
        actions=actions(viewer, view.actions),
        opens=Opens("attendance.forecast", {"meeting_id": ref.id}),
        up=up_to(ref),
    )


def by_answer(seats: Iterable[AttendanceLine]) -> list[tuple[str, list[AttendanceLine]]]:
    """Returns the seats by what was answered for them, under a text key: those that nobody answered for first."""
    silent = [line for line in seats if line.response is None]
    absent = [line for line in seats if line.response is Response.ABSENT]
    come = [line for line in seats if line.response not in (None, Response.ABSENT)]
    return [("card.forecast.unanswered", silent), ("card.forecast.absent", absent), ("card.forecast.come", come)]


def coming_bar(view: ForecastView, viewer: Viewer) -> Bar:
    said = viewer.t("card.forecast.of", count=view.coming, seats=view.voting)
    return Bar(viewer.t("card.forecast.coming"), said, view.coming, view.voting)


def quorum_fact(view: ForecastView, viewer: Viewer) -> list[tuple[str, str]]:
    t = viewer.t
    said = t("card.body.not_set")
    if view.has_quorum is not None:
        enough = t("card.forecast.enough" if view.has_quorum else "card.forecast.too_few")
        said = f"{viewer.say(view.quorum)}: {enough}"
    return [(t("card.body.quorum"), said)]


def attendance_row(line: AttendanceLine, viewer: Viewer) -> Row:
    t = viewer.t
    said = viewer.say(line.response) if line.response else t("card.forecast.silent")
    if line.former_response and line.former_on and line.response is None:
        said += ". " + t("card.forecast.former", response=line.former_response, day=line.former_on)
    if line.response is Response.ABSENT and line.reason:
        said += f": {line.reason}"
    if line.deputy:
        said += ". " + t("card.attendance.with_deputy", name=line.deputy, response=line.deputy_response)
    if line.noted_by:
        said += ". " + t("card.attendance.noted_by", name=line.noted_by)
    status = "good" if line.is_represented else "warning" if line.response is None else "attention"
    if line.standing is not Standing.VOTING and status != "good":
        status = ""
    return Row(
        line.name or t("card.body.vacant"),
        f"{short_role(line.role)}, {line.organisation}",
        said,
        status,
        quiet=actions(viewer, line.actions),
    )
