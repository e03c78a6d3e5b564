"""A table as a CSV file that a Norwegian Excel opens as it is: UTF-8 with its mark, semicolons, Windows' line ends."""

import csv
import io
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), also in the wide forms.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
BYTE_ORDER_MARK = "\ufeff"


def render_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Returns the file. What people typed is text in it, also where it begins like a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([as_text(cell) for cell in columns])
    writer.writerows([as_text(cell) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def as_text(cell: str) -> str:
    """Returns a cell that is no formula: an apostrophe stands before what might be one."""
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA) else cell
