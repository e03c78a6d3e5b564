"""`lisbot load`: what somebody at the secretariat sees in the terminal."""

import json
import os
import pty
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from lisbot.cli import main
from lisbot.packs import SHIPPED

SECRET = "a key for the tests, long enough to be one"


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str, capsys) -> Path:
    """A copy of the example, loaded once, beside where we stand."""
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SHIPPED[0], "pakke")
    assert main(["load", "pakke"]) == 0
    capsys.readouterr()
    return Path("pakke")


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_dry_run_shows_names_and_old_and_new_values(pack: Path, capsys):
    change(pack / "people.csv", "Astrid Myrholtet", "Astrid Myrholtet Moe")
    change(pack / "pack.toml", "notice_days = 14", "notice_days = 10")
    change(
        pack / "terms.csv",
        "samrad-hdir;berit-skoyenmyr;0;2025-09-01;",
        "samrad-hdir;berit-skoyenmyr;0;2025-09-01;2026-12-31",
    )
    assert main(["load", "pakke", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "~ råd Samordningsrådet (samordningsrad)\n    notice_days: 14 → 10\n" in out
    assert "~ person Astrid Myrholtet Moe (astrid-myrholtet)\n    name: Astrid Myrholtet → Astrid Myrholtet Moe" in out
    assert (
        "- periode Berit Skøyenmyr – Får tilsendt saklisten, Helsedirektoratet (samrad-hdir)\n"
        "    to: ikke satt → 2026-12-31" in out
    )
    assert main(["load", "pakke", "--dry-run"]) == 0
    assert capsys.readouterr().out == out
    assert main(["load", "pakke"]) == 0
    assert main(["load", "pakke"]) == 0
    assert capsys.readouterr().out.endswith("Ingenting å endre: registeret sier det samme som pakken.\n")


def test_every_fault_is_one_line_on_stderr_with_its_file_and_line(pack: Path, capsys):
    change(pack / "people.csv", "jon.kvernlia@example.no", "jon.kvernlia")
    change(pack / "pack.toml", "call_days = 42", "call_days = 14")
    assert main(["load", "pakke"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "pakke/pack.toml:32: call_days: Innmeldingen åpner 14 dager før møtet, men fristen er 21 dager før. "
        "Den må åpne før fristen.",
        "pakke/people.csv:5: email: Dette er ikke en e-postadresse. Skriv den slik: navn@sykehus.no.",
        "pakke/people.csv:13: Solfrid Nesoddvik har ingen e-postadresse, og kan verken logge inn eller varsles.",
        "2 feil. Ingenting er lastet inn.",
    ]


def test_its_words_follow_the_language_asked_for(pack: Path, capsys, monkeypatch):
    assert main(["load", "pakke", "--lang", "en"]) == 0
    assert "Nothing to change" in capsys.readouterr().out
    monkeypatch.setenv("DEFAULT_LANG", "nn")
    assert main(["load", "pakke"]) == 0
    assert "registeret seier det same" in capsys.readouterr().out


def test_json_lists_faults_warnings_and_changes(pack: Path, capsys):
    change(pack / "people.csv", "Astrid Myrholtet", "Astrid Moe")
    assert main(["load", "pakke/pack.toml", "--dry-run", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["status"] == 200
    (changed,) = answer["shown"]["changes"]
    assert (changed["key"], changed["fields"]) == (
        "astrid-myrholtet",
        {"name": ["Astrid Myrholtet", "Astrid Moe"]},
    )
    change(pack / "people.csv", "key;name", "key;navn")
    assert main(["load", "pakke", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["status"], answer["shown"]["changes"]) == (422, [])
    assert len(answer["shown"]["faults"]) == 2


def test_somebody_at_a_terminal_sees_how_far_it_has_come(database_url: str):
    """A real terminal, since nothing is drawn where nobody is looking."""
    settings = os.environ | {"SECRET_KEY": SECRET, "DATABASE_URL": database_url, "TERM": "xterm"}
    seen = b""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "lisbot", "load", str(SHIPPED[1])],
        env=settings,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as ran:
        os.close(theirs)
        with suppress(OSError), os.fdopen(ours, "rb", buffering=0) as screen:
            while drawn := screen.read(4096):
                seen += drawn
    assert ran.returncode == 0
    assert b"Laster inn" in seen
