"""The demo's mail: what lisbot would have sent is kept for its visitors to read, and nothing leaves the machine."""

import shutil
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from lisbot.council.addresses import fold_address

MOST = 1000  # letters that are shown: a year of the example councils, at some 20 KB each
KEPT_AT = "X-Demo-Kept-At"  # what the demo's clock said


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its recipient would have got it. `page`: its HTML, "" where it has none."""

    number: int
    to: str
    subject: str
    sent_at: datetime
    text: str
    page: str


def folder_beside(database: Path) -> Path:
    """Returns where the mail of the demo with this database is kept."""
    return database.with_name(f"{database.stem}-mail")


def begin_again(database: Path) -> None:
    """Throw away the mail of a demo whose database is gone: it begins again."""
    if not database.exists():
        shutil.rmtree(folder_beside(database), ignore_errors=True)


class Mailbox:
    """Everybody's mail in one box: a folder with a file for each, so that it is there after a restart too."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder, self.now = folder, now
        files = sorted(folder.glob("*.eml"))
        self.count = int(files[-1].stem) if files else 0
        self.kept = deque((read_letter(each) for each in files[-MOST:]), maxlen=MOST)

    def keep(self, letter: EmailMessage) -> None:
        """Take in a mail."""
        self.count += 1
        letter[KEPT_AT] = self.now().isoformat()
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{self.count:06}.eml"
        file.write_bytes(letter.as_bytes())
        self.kept.append(read_letter(file))

    def newest(self, to: str | None = None) -> Sequence[Letter]:
        """Returns the letters to an address, or all of them, the newest first."""
        return [each for each in reversed(self.kept) if to in (None, each.to)]

    def find(self, number: int) -> Letter | None:
        """Returns a letter by its number; None for one that is not shown any more."""
        return next((each for each in self.kept if each.number == number), None)


def read_letter(file: Path) -> Letter:
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(letter, EmailMessage)
    words, page = letter.get_body(("plain",)), letter.get_body(("html",))
    return Letter(
        number=int(file.stem),
        to=fold_address(str(letter["To"])),
        subject=str(letter["Subject"]),
        sent_at=datetime.fromisoformat(str(letter[KEPT_AT])),
        text=words.get_content() if words else "",
        page=page.get_content() if page else "",
    )
