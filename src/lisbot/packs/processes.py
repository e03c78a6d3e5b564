"""Comparing a pack's change processes with those in lisbot, and making new versions of those that differ.

The stages of a process that stand in a pack are all of them: one that is written there no more is no stage of the new
version. A version that has had a case in it is left as it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from lisbot.council.core.access import lock
from lisbot.council.core.context import Act
from lisbot.council.core.periods import is_closed
from lisbot.council.models import Process, ProcessStage
from lisbot.council.processes.stages import MAX_STAGES
from lisbot.council.processes.versions import add_version, read_changeable
from lisbot.council.register.rows import RegisterRows, process_key, stage_key
from lisbot.packs.schema import REFERS_TO, Finding, Pack, ProcessStageEntry, Written, values_of

STAGE = "process_stage"
OF_PROCESS = ("secretariat", "process", "number")  # what a stage is known by, and is never changed


@dataclass(frozen=True)
class StageChange:
    """One stage that comes, changes or goes. `key`: its process's and its number; `name`: what the stage is called."""

    what: Literal["added", "changed", "ended"]
    key: str
    secretariat: str
    process: str
    name: str
    fields: Mapping[str, tuple[Any, Any]]
    row: Any = field(default=None, compare=False)


def by_process(pack: Pack) -> dict[str, list[Written[ProcessStageEntry]]]:
    """Returns the stages of each process, in the order they are written."""
    found: dict[str, list[Written[ProcessStageEntry]]] = defaultdict(list)
    for written in pack.process_stage:
        found[process_key(written.entry.secretariat, written.entry.process)].append(written)
    return found


def stage_faults(pack: Pack) -> Iterator[Finding]:
    """Yields what is wrong with the pack's processes in themselves: two stages of one name, a way to a stage that is
    not there, and more stages than a process may have."""
    for key, entries in by_process(pack).items():
        first: dict[tuple[str, object], Written[ProcessStageEntry]] = {}
        known = {written.entry.number for written in entries}
        for count, written in enumerate(entries, start=1):
            entry = written.entry
            for column, said in (("number", entry.number), ("name", entry.name.casefold())):
                other = first.setdefault((column, said), written)
                if other is not written:
                    values = {"key": getattr(entry, column), "file": other.file, "line": other.line}
                    yield Finding(written.file, written.line_of(column), "packs.fault.key_twice", values, column)
            for number in entry.leads_to:
                if number not in known and stage_key(key, number) not in pack.keys.get(STAGE, {}):
                    at = written.line_of("leads_to")
                    yield Finding(written.file, at, "packs.fault.no_such_stage", {"given": number}, "leads_to")
            if count == MAX_STAGES + 1:
                yield Finding(written.file, written.line, "packs.fault.too_many_stages", {"count": MAX_STAGES})


def compare_processes(pack: Pack, register: RegisterRows, today: date) -> Iterator[StageChange | Finding]:
    """Yields the stages that come, change or go, and each that would be held by somebody who is closed."""
    for key, entries in by_process(pack).items():
        rows = {row.number: row for row in register.stages.get(key, ())}
        for position, written in enumerate(entries, start=1):
            entry = written.entry
            wanted = values_of(STAGE, entry) | {
                "needs": list(dict.fromkeys(need.value for need in entry.needs)),
                "leads_to": list(dict.fromkeys(entry.leads_to)),
                "position": position,
            }
            row = rows.pop(entry.number, None)
            now = dict.fromkeys(wanted) if row is None else wanted | stage_values(row, register)
            diff = {name: (now[name], value) for name, value in wanted.items() if row is None or now[name] != value}
            what: Literal["added", "changed"] = "added" if row is None else "changed"
            if diff:
                at = stage_key(key, entry.number)
                yield StageChange(what, at, entry.secretariat, entry.process, entry.name, diff, row)
            for name in {"body", "party"} & set(diff):
                held_by = register.rows[REFERS_TO[STAGE][name]].get(wanted[name])
                if held_by is not None and is_closed(held_by, today):
                    values: dict[str, object] = {"given": held_by.name, "closed_on": held_by.closed_on}
                    yield Finding(written.file, written.line_of(name), "packs.fault.closed_holder", values, name)
        for row in rows.values():
            entry = entries[0].entry
            yield StageChange("ended", stage_key(key, row.number), entry.secretariat, entry.process, row.name, {}, row)


def stage_values(row: ProcessStage, register: RegisterRows) -> dict[str, Any]:
    """Returns what a stage in lisbot says, whom it names as keys."""
    return {
        "name": row.name,
        "holder": row.holder,
        "body": register.keys["body"].get(row.body_id or 0),
        "party": register.keys["outside_party"].get(row.party_id or 0),
        "needs": row.needs,
        "days": row.days,
        "leads_to": row.leads_to,
        "position": row.position,
    }


async def write_stages(
    act: Act, changes: Collection[Any], register: RegisterRows, ids: Mapping[str, Mapping[str, int]]
) -> None:
    """Make the changes of stages, each process's in one version: a new one where the newest has had a case in it."""
    together: dict[str, list[Any]] = defaultdict(list)
    for change in changes:
        together[change.key.rpartition(": ")[0]].append(change)
    for key, group in together.items():
        process = register.processes.get(key)
        if process is None:
            of = {name: group[0].fields[name][1] for name in ("secretariat", "process")}
            process = Process(secretariat_id=ids["secretariat"][of["secretariat"]], name=of["process"])
            act.db.add(process)
            await act.db.flush()
            version = add_version(act, process, 1)
        else:
            # Whoever puts a case into it meanwhile puts it into the version from before, or into this one.
            await act.db.get(Process, process.id, with_for_update=lock(act, Process))
            version = await read_changeable(act, process)
        stages = {stage.number: stage for stage in version.stages}
        for change in group:
            if change.what == "ended":
                stages.pop(change.row.number, None)
                continue
            if change.what == "added":
                number = change.fields["number"][1]
                stages[number] = ProcessStage(number=number)
            stage = stages[change.row.number if change.row is not None else change.fields["number"][1]]
            for name, (_, value) in change.fields.items():
                if name in ("body", "party"):
                    setattr(stage, f"{name}_id", value and ids[REFERS_TO[STAGE][name]][value])
                elif name not in OF_PROCESS:
                    setattr(stage, name, value)
        version.stages = list(stages.values())
    await act.db.flush()
