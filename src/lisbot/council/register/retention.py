"""For how long each kind of data is kept: set by the secretariat, and erased by itself when its time is over."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Date, Select, bindparam, case, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Id, Prefill, SecretariatId, Whole
from lisbot.council.core.schemas import Limits
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import RetentionKind
from lisbot.council.models import LogArguments, LogLine, RetentionRule, Secretariat
from lisbot.council.register.consents import months_after
from lisbot.council.register.import_rows import in_batches
from lisbot.council.register.retention_kinds import OF_SECRETARIAT, SHARED, Kept, Store
from lisbot.council.register.secretariats import get_own_secretariat, staff_of
from lisbot.council.register.views.retention import ErasureLine, RetentionLine, RetentionView
from lisbot.texts import Phrase, text

Months = Annotated[Whole, Limits(ge=1, le=1200)]
Rules = Mapping[RetentionKind, int]
REPORTS = "retention"  # the context of the log's lines that say what was erased
MAX_ERASED = 5_000  # rows of one place in one transaction; the rest is due next time
MAX_REPORTS = 20  # shown, the newest


async def show(act: Act, *, secretariat_id: Id | None = None) -> RetentionView:
    """See for how long which data of a secretariat's councils are kept, what was erased and what is next.

    Returns RetentionView.
    """
    return await retention_view(act, await get_own_secretariat(act, secretariat_id))


async def retention_view(act: Act, secretariat: Secretariat) -> RetentionView:
    act.concerns(f"secretariat:{secretariat.id}", REPORTS)
    own = await months_set(act.db, secretariat.id)
    may_set = act.allows("retention.set", NO_BODY)
    found = await count_rows(act, OF_SECRETARIAT, own, secretariat.id)
    shared = await count_rows(act, SHARED, {}, None)

    def set_action(kind: RetentionKind) -> tuple[AllowedAction, ...]:
        about = {"what": kind.value, "secretariat_id": secretariat.id}
        return (AllowedAction("retention.set", about),) if may_set else ()

    return RetentionView(
        secretariat.id,
        secretariat.name,
        tuple(
            RetentionLine(kind, months_of(kind, own), kind in own, *found[kind], set_action(kind))
            for kind in OF_SECRETARIAT
        ),
        tuple(RetentionLine(kind, kept.months, False, *shared[kind]) for kind, kept in SHARED.items()),
        await read_reports(act, secretariat.id),
    )


async def months_set(db: AsyncSession, secretariat_id: int) -> dict[RetentionKind, int]:
    """Returns what a secretariat has set itself."""
    query = select(RetentionRule.what, RetentionRule.months).where(RetentionRule.secretariat_id == secretariat_id)
    return {RetentionKind(row.what): row.months for row in await db.execute(query)}


def months_of(kind: RetentionKind, rules: Rules) -> int:
    return rules.get(kind, OF_SECRETARIAT[kind].months)


def cutoff(store: Store, months: int, today: date, tz: ZoneInfo) -> date | datetime:
    """Returns before which a store's rows are over their time: a moment's day is that of the clock on the wall."""
    last = months_after(today, -months)
    return last if store.is_day else datetime.combine(last, time(), tz).astimezone(UTC)


def each_store(
    kinds: Mapping[RetentionKind, Kept], rules: Rules, today: date, tz: ZoneInfo
) -> Iterable[tuple[RetentionKind, Store, int, date | datetime]]:
    """Yields every place where data of some kinds lie, for how long they are kept and before when they are over it."""
    for kind, kept in kinds.items():
        months = rules.get(kind, kept.months)
        for store in kept.stores:
            yield kind, store, months, cutoff(store, months, today, tz)


async def count_rows(
    act: Act, kinds: Mapping[RetentionKind, Kept], rules: Rules, secretariat_id: int | None
) -> dict[RetentionKind, tuple[int, int, date | None]]:
    """Returns of each kind how many there are, how many are over their time, and when the next one is."""
    found: dict[RetentionKind, tuple[int, int, date | None]] = dict.fromkeys(kinds, (0, 0, None))
    for is_day in (True, False):
        counts = []
        for kind, store, months, before in each_store(kinds, rules, act.today, act.tz):
            if store.is_day is is_day:
                rows = store.rows_on(secretariat_id, act.today).subquery()
                is_over = rows.c.since < before
                counts.append(
                    select(
                        literal(kind.value).label("kind"),
                        literal(months).label("months"),
                        func.count().label("kept"),
                        func.count(case((is_over, 1))).label("due"),
                        func.min(case((~is_over, rows.c.since))).label("oldest"),
                    ).select_from(rows)
                )
        for row in await act.db.execute(union_all(*counts)) if counts else ():
            kept, due, next_on = found[kind := RetentionKind(row.kind)]
            ends = over_on(row.oldest, row.months, act.tz) if row.oldest is not None else None
            found[kind] = (kept + row.kept, due + row.due, min(filter(None, (next_on, ends)), default=None))
    return found


def over_on(since: date | datetime, months: int, tz: ZoneInfo) -> date:
    """Returns the first day on which something that was needed until then is over its time."""
    day = since.astimezone(tz).date() if isinstance(since, datetime) else since
    first = months_after(day, months)
    while months_after(first, -months) <= day:  # its last day counts, and a month may be too short for it
        first += timedelta(days=1)
    return first


async def read_reports(act: Act, secretariat_id: int) -> tuple[ErasureLine, ...]:
    """Returns what was erased of a secretariat's data and of what is the same for all, the newest first."""
    lines = await act.db.execute(
        select(LogLine.at, LogLine.subject, LogArguments.args)
        .join(LogArguments, LogArguments.line_id == LogLine.id)
        .where(LogLine.context == REPORTS, LogLine.command == "retention.erase")
        .order_by(LogLine.id.desc())
        .limit(MAX_REPORTS)
    )
    found = []
    for line in lines:
        said = orjson.loads(line.args)
        is_own = line.subject == f"secretariat:{secretariat_id}"
        counts = Counter(said["shared"]) + Counter(said["erased"] if is_own else {})
        if counts:
            found.append(ErasureLine(line.at, dict(counts)))
    return tuple(found)


async def set_prefill(act: Act, *, what: RetentionKind, secretariat_id: SecretariatId | None = None) -> Prefill:
    secretariat = await get_own_secretariat(act, secretariat_id)
    own = await months_set(act.db, secretariat.id)
    if what not in OF_SECRETARIAT:
        raise Invalid("retention_is_shared", field="what")
    about = f"{text(act.by.lang, f'retention_kind.{what}')} · {secretariat.name}"
    return Prefill(about=about, values={"months": months_of(what, own)}, is_saved=True)


async def set_retention(
    act: Act, *, what: RetentionKind, months: Months, secretariat_id: SecretariatId | None = None
) -> RetentionView:
    """Set for how many months a secretariat's councils keep a kind of data after it was needed. What is over its new
    time is erased within the hour.

    Returns RetentionView. Raises Invalid for what is the same for all.
    """
    secretariat = await get_own_secretariat(act, secretariat_id)
    if what not in OF_SECRETARIAT:
        raise Invalid("retention_is_shared", field="what")
    query = select(RetentionRule).where(RetentionRule.secretariat_id == secretariat.id, RetentionRule.what == what)
    rule = await act.db.scalar(query.with_for_update())
    if rule is None:
        rule = RetentionRule(secretariat_id=secretariat.id, what=what.value, months=months)
        act.db.add(rule)
    rule.months = months
    await act.db.flush()
    view = await retention_view(act, secretariat)
    due = next(line.due for line in view.lines if line.what is what)
    time_kept = Phrase("card.retention.months", {"count": months})
    act.ask_first("retention_erases" if due else "retention_erases_nothing", count=due, what=what, months=time_kept)
    act.did(what=what, months=time_kept)
    return view


async def erase(act: Act, *, secretariat_id: SecretariatId) -> RetentionView:
    """Erase what is over its time of a secretariat's data, and of what is the same for all. How much is in the log.

    Returns RetentionView. Raises Conflict where nothing is: another process has done it.
    """
    secretariat = await act.db.get_one(Secretariat, secretariat_id)
    own = await erase_kinds(act, OF_SECRETARIAT, await months_set(act.db, secretariat.id), secretariat.id)
    shared = await erase_kinds(act, SHARED, {}, None)
    if not own and not shared:
        raise Conflict("nothing_to_erase")
    if people := own.get(RetentionKind.PEOPLE):
        await notify(
            act,
            "person_retention",
            people=await staff_of(act, secretariat.id),
            command="retention.show",
            args={"secretariat_id": secretariat.id},
            count=people,
        )
    view = await retention_view(act, secretariat)
    act.concerns(f"secretariat:{secretariat.id}", REPORTS, erased=own, shared=shared)
    return view


async def erase_kinds(
    act: Act, kinds: Mapping[RetentionKind, Kept], rules: Rules, secretariat_id: int | None
) -> dict[str, int]:
    """Erase what is over its time. Returns how much of each kind was."""
    erased: Counter[str] = Counter()
    for kind, store, _, before in each_store(kinds, rules, act.today, act.tz):
        rows = store.rows_on(secretariat_id, act.today).subquery()
        over = select(rows.c.id).where(rows.c.since < before).limit(store.most or MAX_ERASED)
        ids = list(dict.fromkeys(await act.db.scalars(over)))
        for some in in_batches(ids):
            await store.erase(act, some)
        erased[kind.value] += len(ids)
    return dict(+erased)


async def due_to_erase(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the secretariats of which something is over its time, as arguments to retention.erase. What is the same
    for all is erased with the first one's."""
    today = at.astimezone(tz).date()
    secretariats = list(await db.scalars(select(Secretariat.id).order_by(Secretariat.id)))
    found = [each for each in secretariats if await is_any_over(db, await months_set(db, each), each, today, tz)]
    if not found and secretariats and await is_any_over(db, {}, None, today, tz):
        found = secretariats[:1]
    return [{"secretariat_id": each} for each in found]


async def is_any_over(db: AsyncSession, rules: Rules, secretariat_id: int | None, today: date, tz: ZoneInfo) -> bool:
    """Returns whether anything of a secretariat's is over its time; of None, anything that is the same for all."""
    kinds = SHARED if secretariat_id is None else OF_SECRETARIAT
    before = {f"before_{n}": each[3] for n, each in enumerate(each_store(kinds, rules, today, tz))}
    return bool(await db.scalar(query_over(secretariat_id), {"today": today, **before}))


@lru_cache(maxsize=64)
def query_over(secretariat_id: int | None) -> Select[Any]:
    """Returns the statement of is_any_over, which is long and the same each day."""
    kinds = SHARED if secretariat_id is None else OF_SECRETARIAT
    over = []
    for n, store in enumerate(chain.from_iterable(kept.stores for kept in kinds.values())):
        rows = store.rows_on(secretariat_id, bindparam("today", type_=Date)).subquery()
        over.append(select(literal(1)).select_from(rows).where(rows.c.since < bindparam(f"before_{n}")).exists())
    return select(or_(*over))


async def next_erasure(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns nothing: no clock is moved on to a day on which nothing but erasing happens."""
    return None
