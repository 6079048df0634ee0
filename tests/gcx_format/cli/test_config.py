"""`gcx config`."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest

from gcx_format.settings import Settings, load_settings
from gcx_format.spending import Ledger

KEY = "sk-not-a-key-0123456789"


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where the settings are, with two in it."""
    path = tmp_path / "config.toml"
    path.write_text('policy = "ask"\nwords = 15\n')
    monkeypatch.setenv("GCX_CONFIG", str(path))
    return path


def rows(out: str) -> dict[str, dict[str, object]]:
    return {row["setting"]: row for row in map(json.loads, out.splitlines())}


def test_shows_every_setting_its_value_and_where_it_came_from(gcx, file, tmp_path, monkeypatch):
    monkeypatch.setenv("GCX_WORDS", "60")
    monkeypatch.setenv("GCX_STATE_FOLDER", str(tmp_path / "state"))
    ran = gcx("config")
    assert (ran.code, ran.err) == (0, "")
    settings, more, *installed = ran.out.split("\n\n")
    lines = {line.split()[0]: line.split(None, 2)[1:] for line in settings.splitlines()}
    assert list(lines) == list(Settings.model_fields)
    assert lines["words"] == ["60", "environment variable GCX_WORDS"]
    assert lines["policy"] == ["ask", f"file {file}"]
    assert lines["daily_limit_usd"] == ["1.00", "default"]
    assert "openai_api_key       not set " in settings
    assert more.splitlines() == [
        f"file                 {file}",
        "spent today          $0.00 of $1.00",
    ]
    generators, describers = (each.splitlines() for each in installed)
    assert generators[0] == "generator preview    free; ready"
    assert re.match(r"generator openai     at most \$0\.\d+ a picture; ", generators[1])
    assert re.match(r"describer openai     at most \$0\.\d+ a description; ", describers[0])


@pytest.mark.parametrize("options", [[], ["--json"], ["--path"]])
def test_never_shows_the_key(gcx, monkeypatch, options):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "https://example.org/v1?token=secret")
    ran = gcx("config", *options)
    assert ran.code == 0
    for secret in (KEY, KEY[3:], "secret"):
        assert secret not in ran.out + ran.err
    if not options:
        assert "openai_api_key       set " in ran.out
        assert " https://example.org/v1 " in ran.out


def test_prints_json(gcx, file, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    ran = gcx("config", "--json")
    assert (ran.code, ran.err) == (0, "")
    found = rows(ran.out)
    assert found["openai_api_key"] == {
        "setting": "openai_api_key",
        "value": "set",
        "origin": "environment variable OPENAI_API_KEY",
        "variable": "OPENAI_API_KEY",
        "meaning": "the key for the server",
    }
    assert found["openai_base_url"]["value"] is None
    assert found["daily_limit_usd"]["value"] == 1.0
    assert found["cache_folder"]["value"] == str(load_settings().cache_folder)
    assert (found["words"]["value"], found["words"]["origin"]) == (15, f"file {file}")
    assert all(row["meaning"] for row in found.values())


def test_prints_where_the_file_would_be(gcx, tmp_path, monkeypatch):
    monkeypatch.delenv("GCX_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert gcx("config", "--path").out == f"{tmp_path / 'gcx' / 'config.toml'}\n"
    assert f"{tmp_path / 'gcx' / 'config.toml'} (does not exist)\n" in gcx("config").out


def test_a_wrong_setting_is_one_line_and_the_file_can_still_be_found(gcx, file):
    file.write_text("daily_limit = 5\n")
    ran = gcx("config")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"gcx: daily_limit (file {file}) is an unknown setting; did you mean daily_limit_usd?\n"
    )
    assert gcx("config", "--path").out == f"{file}\n"


def test_warns_of_variables_that_are_no_settings(gcx, monkeypatch):
    monkeypatch.setenv("GCX_DAILY_LIMIT", "5")
    ran = gcx("config")
    assert ran.code == 0
    assert ran.err == (
        "gcx: warning: unknown setting GCX_DAILY_LIMIT; did you mean GCX_DAILY_LIMIT_USD?\n"
    )


def test_tells_what_was_spent_today(gcx, tmp_path, monkeypatch):
    monkeypatch.setenv("GCX_STATE_FOLDER", str(tmp_path))
    Ledger(tmp_path).reserve(Decimal("0.25"), "a picture")
    assert "\nspent today          $0.25 of $1.00\n" in gcx("config").out
    (tmp_path / "spending.json").write_text("")
    assert "spent today" in (ran := gcx("config")).out
    assert "is damaged" in ran.out
    assert ran.code == 0
