"""Case numbers: one series for each body and year, taken one at a time and never reused."""

from lisbot.council.core.context import Act
from lisbot.council.models import Case, CaseSeries
from lisbot.db import is_postgres


async def open_case(act: Act, body_id: int, year: int, title: str, confidential: bool) -> Case:
    """Open a case with the body's next number of the year. Returns it."""
    if is_postgres(act.db):
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    number = await act.db.scalar(
        insert(CaseSeries)
        .values(body_id=body_id, year=year, last=1)
        .on_conflict_do_update(index_elements=[CaseSeries.body_id, CaseSeries.year], set_={"last": CaseSeries.last + 1})
        .returning(CaseSeries.last)
    )
    assert number is not None
    case = Case(
        body_id=body_id,
        year=year,
        number=number,
        title=title,
        confidential=confidential,
        opened_at=act.at,
    )
    act.db.add(case)
    await act.db.flush()
    return case
