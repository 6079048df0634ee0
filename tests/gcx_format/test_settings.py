"""Settings: a keyword before the environment before the file before the default."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from gcx_format import models
from gcx_format.errors import SettingsError
from gcx_format.settings import (
    Settings,
    config_file,
    load_settings,
    unknown_variables,
    variable,
)

KEY = "sk-not-a-key-0123456789"


@pytest.fixture
def toml(tmp_path, monkeypatch):
    """Writes the file of settings, for its owner alone."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("GCX_CONFIG", str(path))

    def write(text: str, mode: int = 0o600) -> Path:
        path.write_text(text)
        path.chmod(mode)
        return path

    return write


# --- where values come from ------------------------------------------------------------------


def test_the_defaults_are_those_of_the_documentation():
    settings = load_settings()
    assert settings.model_dump(exclude={"cache_folder", "state_folder", "weights_folder"}) == {
        "openai_api_key": None,
        "openai_base_url": None,
        "generator": "auto",
        "describer": "auto",
        "policy": "always",
        "free_server": None,
        "route": "auto",
        "host_model": models.default("host_model"),
        "image_model": None,
        "image_quality": "auto",
        "image_format": "png",
        "partial_images": 0,
        "describe_model": models.default("describe_model"),
        "chat_completions": "auto",
        "words": None,
        "prompt": "structural",
        "prompt_version": None,
        "candidates": 1,
        "concurrency": None,
        "daily_limit_usd": Decimal("1.00"),
        "call_limit_usd": Decimal("0.50"),
        "billing_warning": True,
        "timeout_seconds": 300.0,
        "max_retries": 4,
        "cache_max_megabytes": 2048,
        "words_alone": False,
        "weights_url": None,
        "generators": {},
        "describers": {},
    }
    assert settings.cache_max_bytes == 2_048_000_000
    assert set(settings.origins().values()) == {"default"}


def test_each_place_comes_before_the_next_and_says_so(toml, monkeypatch):
    path = toml("words = 15\ncandidates = 2\nmax_retries = 1\n")
    monkeypatch.setenv("GCX_WORDS", "60")
    monkeypatch.setenv("GCX_CANDIDATES", "3")
    settings = load_settings(words=120)
    assert (settings.words, settings.candidates, settings.max_retries) == (120, 3, 1)
    origins = settings.origins()
    assert origins["words"] == "keyword"
    assert origins["candidates"] == "environment variable GCX_CANDIDATES"
    assert origins["max_retries"] == f"file {path}"
    assert origins["policy"] == "default"


def test_key_and_server_come_from_the_variables_that_the_openai_package_reads(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", f" {KEY}\n")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1")
    settings = load_settings()
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == KEY
    assert settings.openai_base_url == "http://127.0.0.1:8000/v1"
    assert settings.origins()["openai_api_key"] == "environment variable OPENAI_API_KEY"


def test_every_setting_has_a_variable_of_its_own():
    names = {name: variable(name) for name in Settings.model_fields}
    assert names["daily_limit_usd"] == "GCX_DAILY_LIMIT_USD"
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_variable_counts_as_unset(toml, monkeypatch, value):
    toml("words = 15")
    monkeypatch.setenv("GCX_WORDS", value)
    monkeypatch.setenv("OPENAI_API_KEY", value)
    settings = load_settings()
    assert (settings.words, settings.openai_api_key) == (15, None)
    assert settings.origins()["openai_api_key"] == "default"


def test_a_keyword_of_none_leaves_the_setting_to_the_others(monkeypatch):
    monkeypatch.setenv("GCX_WORDS", "15")
    assert load_settings(words=None).words == 15


def test_the_file_lies_in_the_users_configuration_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("GCX_CONFIG", raising=False)
    assert config_file() == tmp_path / "gcx" / "config.toml"
    (tmp_path / "gcx").mkdir()
    config_file().write_text('policy = "ask"')
    assert load_settings().policy == "ask"


def test_folders_are_the_users_own_unless_they_are_set(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings().cache_folder == tmp_path / "c" / "gcx"
    assert load_settings().state_folder == tmp_path / "s" / "gcx"
    assert load_settings().weights_folder == tmp_path / "d" / "gcx" / "msillm"
    monkeypatch.setenv("GCX_CACHE_FOLDER", "~/pictures")
    assert load_settings().cache_folder == tmp_path / "pictures"


def test_money_is_exact(toml):
    toml("daily_limit_usd = 1.10\ncall_limit_usd = 0.1")
    settings = load_settings()
    assert (settings.daily_limit_usd, settings.call_limit_usd) == (Decimal("1.1"), Decimal("0.1"))


def test_settings_do_not_change(monkeypatch):
    settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.words = 1


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("words", 0),
        ("words", 501),
        ("candidates", 9),
        ("partial_images", 4),
        ("max_retries", -1),
        ("timeout_seconds", 0),
        ("timeout_seconds", "inf"),
        ("daily_limit_usd", "-0.01"),
        ("daily_limit_usd", "nan"),
        ("call_limit_usd", "infinity"),
        ("call_limit_usd", "much"),
        ("policy", "maybe"),
        ("route", "batch"),
        ("host_model", ""),
        ("openai_base_url", "localhost:8000"),
        ("openai_base_url", "file:///etc/passwd"),
    ],
)
def test_a_value_that_cannot_be_is_named(name, value):
    with pytest.raises(SettingsError, match=rf"^{name}.* \(keyword\): \w"):
        load_settings(**{name: value})


def test_the_message_says_where_a_bad_value_came_from(toml, monkeypatch):
    path = toml('policy = "maybe"')
    monkeypatch.setenv("GCX_WORDS", "many")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    policy, words = sorted(str(caught.value).split("; "))
    assert policy == (
        f"policy = 'maybe' (file {path}): input should be 'never', 'cached-only', 'ask' or 'always'"
    )
    assert words.startswith("words = 'many' (environment variable GCX_WORDS): ")


def test_an_unknown_name_in_the_file_is_an_error_that_guesses_what_was_meant(toml):
    path = toml("daily_limit = 5")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        f"daily_limit (file {path}) is an unknown setting; did you mean daily_limit_usd?"
    )
    toml("[zzz]\nday = 5")
    with pytest.raises(SettingsError, match="is an unknown setting; gcx config lists them"):
        load_settings()


def test_an_unknown_keyword_is_an_error():
    with pytest.raises(
        SettingsError, match=r"wrods \(keyword\) is an unknown setting; did you mean words"
    ):
        load_settings(wrods=15)


def test_unknown_variables_are_found(monkeypatch):
    monkeypatch.setenv("GCX_CONFIG", "/nowhere")
    monkeypatch.setenv("GCX_DAILY_LIMIT", "5")
    monkeypatch.setenv("GCX_ZZZ", "5")
    assert unknown_variables() == {"GCX_DAILY_LIMIT": "GCX_DAILY_LIMIT_USD", "GCX_ZZZ": None}


@pytest.mark.parametrize("text", ["words 15", "words = 15\nwords = 16", "\x00"])
def test_a_file_that_is_no_toml_is_named(toml, text):
    path = toml(text)
    with pytest.raises(SettingsError, match="not valid TOML") as caught:
        load_settings()
    assert caught.value.filename == path


def test_a_file_that_is_no_text_is_named(toml):
    toml("").write_bytes(b"words = '\xff'")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings()


def test_a_file_that_cannot_be_read_is_an_error_and_not_a_default(tmp_path, monkeypatch):
    monkeypatch.setenv("GCX_CONFIG", str(tmp_path))
    with pytest.raises(SettingsError, match="it cannot be read: Is a directory"):
        load_settings()


# --- the key ---------------------------------------------------------------------------------


def test_nothing_that_is_printed_has_the_key():
    settings = load_settings(openai_api_key=KEY)
    assert (
        KEY not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    )
    assert KEY not in str(settings.origins())


@pytest.mark.parametrize("key", [f"{KEY} x", f"{KEY}\r\nX-Header: 1", f"{KEY}é"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key):
    with pytest.raises(SettingsError, match=r"openai_api_key \(keyword\): a key has no") as caught:
        load_settings(openai_api_key=key)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_password_in_the_servers_url_is_not_shown():
    with pytest.raises(SettingsError) as caught:
        load_settings(openai_base_url="ftp://me:secret@host/v1")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_with_a_key_that_others_can_read_is_refused(toml, mode):
    path = toml(f'openai_api_key = "{KEY}"', mode)
    with pytest.raises(SettingsError, match=r"others can read it; .*chmod 600") as caught:
        load_settings()
    assert caught.value.filename == path
    assert KEY not in str(caught.value)


def test_a_file_with_a_key_that_only_its_owner_can_read_is_taken(toml):
    toml(f'openai_api_key = "{KEY}"', 0o600)
    key = load_settings().openai_api_key
    assert key is not None
    assert key.get_secret_value() == KEY


def test_a_file_without_a_key_may_be_read_by_all(toml):
    toml("words = 15", 0o644)
    assert load_settings().words == 15
