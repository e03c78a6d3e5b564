"""The first step of an empty database, on the command line."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from lisbot.cli import DONE, REFUSED, WRONG_USAGE, main
from lisbot.db import migrate

SETUP = ("setup", "--secretariat", "RegUt Vest", "--region", "Helse Vest", "--name", "Vera Vest", "--email")


@pytest.fixture
def type_(tmp_path, monkeypatch):
    url = f"sqlite+aiosqlite:///{tmp_path}/empty.db"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    monkeypatch.setenv("BASE_URL", "https://lisbot.example")

    def run(*words):
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(main, words).result()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate(url)).result()
    return run


def test_an_empty_database_gets_a_secretariat_and_somebody_who_can_sign_in(type_, capsys):
    assert type_(*SETUP) == WRONG_USAGE
    assert type_(*SETUP[:-1]) == WRONG_USAGE
    assert "--email" in capsys.readouterr().err
    assert type_(*SETUP, "no address") == REFUSED
    capsys.readouterr()
    assert type_(*SETUP, "Vera@vest.example") == DONE
    said = capsys.readouterr().out
    assert "Vera Vest leder det" in said
    assert said.split()[-1].startswith("https://lisbot.example/signin/link?token=")
    assert type_("secretariat.show", "--as", "vera@vest.example") == DONE
    assert "RegUt Vest" in capsys.readouterr().out


def test_it_is_set_up_once(type_, capsys):
    assert type_(*SETUP, "vera@vest.example") == DONE
    assert type_(*SETUP, "other@vest.example") == REFUSED
    assert "allerede satt opp" in capsys.readouterr().err
