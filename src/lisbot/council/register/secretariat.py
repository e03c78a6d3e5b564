"""A secretariat (RegUt) as a whole: who works there, which councils it runs, and what it has set up."""

from sqlalchemy import select

from lisbot.council.core.access import secretariats_of
from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.fields import Id
from lisbot.council.core.views import AllowedAction
from lisbot.council.models import (
    Body,
    BodyTemplate,
    Organisation,
    Person,
    RegisterImport,
    Secretariat,
    Staff,
)
from lisbot.council.register.bodies import body_ref
from lisbot.council.register.kept_people import has_any_part, is_kept
from lisbot.council.register.organisations import organisation_view
from lisbot.council.register.secretariats import get_own_secretariat
from lisbot.council.register.states import import_state
from lisbot.council.register.views.refs import PersonRef
from lisbot.council.register.views.secretariats import BodyTemplateLine, RegisterImportLine, SecretariatView, StaffLine
from lisbot.texts import sort_key

COMMANDS = ("register_import.upload", "body.create", "organisation.create", "person.create", "staff.add")
MAX_IMPORTS = 10  # shown, the newest


async def show(act: Act, *, secretariat_id: Id | None = None) -> SecretariatView:
    """See a secretariat: who works there, its councils, the organisations, and what may be set up.

    Returns SecretariatView. Of several, the first unless one is said.
    """
    if secretariat_id is None and secretariats_of(act.by):
        secretariat_id = min(secretariats_of(act.by))
    return await secretariat_view(act, await get_own_secretariat(act, secretariat_id))


async def secretariat_view(act: Act, secretariat: Secretariat) -> SecretariatView:
    act.concerns(f"secretariat:{secretariat.id}")
    collate = sort_key(act.by.lang)
    bodies = list(await act.db.scalars(select(Body).where(Body.secretariat_id == secretariat.id)))
    staff = await act.db.execute(
        select(Staff, Person.name)
        .join(Person, Person.id == Staff.person_id)
        .where(Staff.secretariat_id == secretariat.id)
        .order_by(Staff.from_on, Staff.id)
    )
    unseated = await act.db.execute(
        select(Person.id, Person.name).where(
            ~has_any_part(), is_kept(act), Person.merged_into_id.is_(None), Person.erased_at.is_(None)
        )
    )
    organisations = await act.db.scalars(select(Organisation))
    return SecretariatView(
        secretariat.id,
        secretariat.name,
        secretariat.region,
        act.today,
        tuple(staff_line(act, row, name) for row, name in staff),
        tuple(body_ref(act, body) for body in sorted(bodies, key=lambda body: collate(body.name))),
        tuple(
            organisation_view(act, each)
            for each in sorted(organisations, key=lambda o: (o.region != secretariat.region, collate(o.name)))
        ),
        await template_lines(act, secretariat, bodies),
        await import_lines(act, secretariat),
        tuple(PersonRef(row.id, row.name) for row in sorted(unseated, key=lambda row: collate(row.name))),
        tuple(AllowedAction(name) for name in COMMANDS if act.allows(name, NO_BODY)),
    )


def staff_line(act: Act, row: Staff, name: str) -> StaffLine:
    works = row.to_on is None or row.to_on >= act.today
    actions = (AllowedAction("staff.end", {"staff_id": row.id}),) if works and row.to_on is None else ()
    return StaffLine(row.id, row.person_id, name, row.post, row.from_on, row.to_on, actions)


async def template_lines(act: Act, secretariat: Secretariat, bodies: list[Body]) -> tuple[BodyTemplateLine, ...]:
    """Returns the secretariat's templates, each with the bodies that have it and those that are behind it."""
    query = select(BodyTemplate).where(BodyTemplate.secretariat_id == secretariat.id).order_by(BodyTemplate.name)
    return tuple(
        BodyTemplateLine(
            template.id,
            template.name,
            template.version,
            tuple(body_ref(act, body) for body in bodies if body.template_id == template.id),
            tuple(
                body_ref(act, body)
                for body in bodies
                if body.template_id == template.id and body.template_version != template.version
            ),
            (),
        )
        for template in await act.db.scalars(query)
    )


async def import_lines(act: Act, secretariat: Secretariat) -> tuple[RegisterImportLine, ...]:
    """Returns the spreadsheets that were brought in, the newest first."""
    query = (
        select(RegisterImport)
        .where(RegisterImport.secretariat_id == secretariat.id)
        .order_by(RegisterImport.id.desc())
        .limit(MAX_IMPORTS)
    )
    return tuple(
        RegisterImportLine(row.id, row.file_name, row.made_at, import_state(row)) for row in await act.db.scalars(query)
    )
