"""Templates: rules and lead times that several bodies share. What changes in one is offered to them, and not forced."""

from typing import Any

from sqlalchemy import select

from lisbot.council.addresses import fold_name
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, Name, Prefill
from lisbot.council.models import Body, BodyTemplate
from lisbot.council.register.bodies import get_body_for
from lisbot.council.register.body_settings import (
    DECIDING,
    ask_about_meetings,
    ask_about_votes,
    body_settings,
    require_open,
    take_rules,
)
from lisbot.council.register.views.bodies import BodySettingsView
from lisbot.texts import format_list

# What a template holds of a body: nothing that is one body's own.
SHARED = ("meetings_per_year", "call_days", "deadline_days", "notice_days", "minutes_days", *DECIDING)
TIMES = ("call_days", "deadline_days", "notice_days", "minutes_days")


async def save_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    template = await act.db.get(BodyTemplate, body.template_id) if body.template_id else None
    return Prefill(about=body.name, values={"name": template.name if template else ""})


async def save(act: Act, *, body_id: BodyId, name: Name) -> BodySettingsView:
    """Save a council's rules and lead times as a template that others may take over. One that is there is changed, and
    those that have it are offered the change.

    Returns BodySettingsView. Raises Conflict where it says the same already.
    """
    body = await get_body_for(act, body_id)
    require_open(body)
    if not name:
        raise Invalid("name_needed", field="name")
    rules: dict[str, Any] = {column: getattr(body, column) for column in SHARED}
    there = await act.db.scalars(select(BodyTemplate).where(BodyTemplate.secretariat_id == body.secretariat_id))
    template = next((each for each in there if fold_name(each.name) == fold_name(name)), None)
    if template is None:
        template = BodyTemplate(
            secretariat_id=body.secretariat_id, name=name, rules=rules, version=1, changed_at=act.at
        )
        act.db.add(template)
        await act.db.flush()
    elif template.rules != rules:
        others = await act.db.scalars(select(Body.name).where(Body.template_id == template.id, Body.id != body.id))
        bodies = format_list(act.by.lang, sorted(others) or [body.name])
        act.ask_first("template_changes", name=template.name, bodies=bodies)
        template.rules, template.version, template.changed_at = rules, template.version + 1, act.at
    elif body.template_id == template.id and body.template_version == template.version:
        raise Conflict("template_unchanged", field="name", name=template.name)
    body.template_id, body.template_version = template.id, template.version
    await act.db.flush()
    act.did(name=template.name)
    return await body_settings(act, body)


async def take_over_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    return Prefill(about=(await get_body_for(act, body_id)).name)


async def take_over(act: Act, *, body_id: BodyId) -> BodySettingsView:
    """Take over what was changed in the template that a council's rules come from.

    Returns BodySettingsView. Raises Conflict where it has no template, or has its rules already.
    """
    body = await get_body_for(act, body_id)
    require_open(body)
    template = await act.db.get(BodyTemplate, body.template_id) if body.template_id else None
    if template is None or template.version == body.template_version:
        raise Conflict("nothing_to_take_over", name=body.name)
    changed = {column for column, value in template.rules.items() if getattr(body, column) != value}
    act.ask_first("rules_taken_over", name=template.name, count=len(changed))
    if changed & set(DECIDING):
        await ask_about_votes(act, body)
    if changed & set(TIMES):
        await ask_about_meetings(act, body)
    take_rules(body, template)
    await act.db.flush()
    return await body_settings(act, body)
