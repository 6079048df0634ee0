"""Changing the user's settings: their file stays theirs."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import keyring
import keyring.backends.fail
import pytest

from gcx_format.cache import Cache
from gcx_format.errors import SettingsError
from gcx_format.records import Record
from gcx_format.settings import load_settings
from gcx_viewer.core import configuration, keys

WRITTEN = """\
# Mine. Do not touch.
host_model = "gpt-4o"   # the one of the paper

daily_limit_usd = 5.00  # a day
words = 25
# the end
"""


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch) -> Iterator[None]:
    """No test reads the keyring of whoever runs it, or a key that another test has left."""
    monkeypatch.setattr(keys, "_known", [])
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("GCX_CONFIG", str(path))
    return path


class TestChanging:
    def test_leaves_comments_order_and_all_else(self, file):
        file.write_text(WRITTEN)
        configuration.change({"daily_limit_usd": Decimal("7.50"), "image_quality": "low"})
        assert file.read_text() == (
            WRITTEN.replace("5.00  # a day", "7.50  # a day") + 'image_quality = "low"\n'
        )
        settings = load_settings()
        assert settings.daily_limit_usd == Decimal("7.50")
        assert settings.image_quality == "low"

    def test_makes_a_file_that_nobody_else_reads(self, file):
        configuration.change({"partial_images": 2, "cache_folder": Path("/somewhere/else")})
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert load_settings().partial_images == 2
        assert load_settings().cache_folder == Path("/somewhere/else").absolute()
        assert [path.name for path in file.parent.iterdir()] == [file.name]

    def test_takes_out_what_goes_back_to_its_default(self, file):
        file.write_text(WRITTEN)
        configuration.change({"words": None, "call_limit_usd": None})
        assert "words" not in file.read_text()
        assert load_settings().words is None

    def test_of_nothing_writes_nothing(self, file):
        configuration.change({"words": None})
        assert not file.exists()
        file.write_text(WRITTEN)
        file.chmod(0o644)
        configuration.change({"words": 25, "daily_limit_usd": Decimal(5)})
        assert file.read_text() == WRITTEN
        assert stat.S_IMODE(file.stat().st_mode) == 0o644

    def test_keeps_a_link(self, file, tmp_path):
        real = tmp_path / "dotfiles" / "gcx.toml"
        real.parent.mkdir()
        real.write_text(WRITTEN)
        file.symlink_to(real)
        configuration.change({"words": 40})
        assert file.is_symlink()
        assert "words = 40" in real.read_text()

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"partial_images": 9}, "partial_images"),
            ({"daily_limit_usd": Decimal(-1)}, "daily_limit_usd"),
            ({"no_such": 1}, "unknown setting no_such"),
            ({"openai_api_key": "sk-test-0123"}, "never in a file"),
        ],
    )
    def test_to_what_cannot_be_changes_nothing(self, file, changes, message):
        file.write_text(WRITTEN)
        with pytest.raises(SettingsError, match=message) as caught:
            configuration.change(changes)
        assert "sk-test" not in str(caught.value)
        assert file.read_text() == WRITTEN

    @pytest.mark.parametrize("content", [b"words = = 3\n", b"\xff\xfe", b"words = 1\nwords = 2\n"])
    def test_never_replaces_a_file_that_is_no_toml(self, file, content):
        file.write_bytes(content)
        with pytest.raises(SettingsError, match="not valid TOML"):
            configuration.change({"words": 12})
        assert file.read_bytes() == content


class TestLoading:
    def test_tells_what_the_environment_overrides(self, file, monkeypatch):
        file.write_text(WRITTEN)
        monkeypatch.setenv("GCX_WORDS", "12")
        found = configuration.load()
        assert found.overridden["words"] == "GCX_WORDS"
        assert "host_model" not in found.overridden
        assert found.settings.words == 12
        assert found.file == file
        assert found.spent_today == 0
        assert "gpt-4o" in found.models[0]

    def test_tells_where_the_key_is_from(self, file, monkeypatch):
        assert configuration.load().key_place == "none"
        file.write_text('openai_api_key = "sk-test-0123"\n')
        file.chmod(0o600)
        assert configuration.load().key_place == "file"
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test-4567")
        assert configuration.load().key_place == "environment"

    def test_of_a_damaged_record_of_spending_says_so(self, file, monkeypatch, tmp_path):
        monkeypatch.setenv("GCX_STATE_FOLDER", str(tmp_path))
        (tmp_path / "spending.json").write_text("{")
        found = configuration.load()
        assert found.spent_today is None
        assert "damaged" in found.spending_error.message

    def test_of_a_file_that_makes_no_sense_is_an_error(self, file):
        file.write_text("words = 9000\n")
        with pytest.raises(SettingsError, match="words"):
            configuration.load()


class TestTheCache:
    def test_is_counted_and_cleared(self, file, monkeypatch, tmp_path):
        monkeypatch.setenv("GCX_CACHE_FOLDER", str(tmp_path / "cache"))
        settings = load_settings()
        assert configuration.cache_use(settings) == configuration.CacheUse(0, 0)
        cache = Cache(settings.cache_folder, settings.cache_max_bytes)
        for number in range(3):
            cache.add(f"{number:064x}", bytes(1000), Record(), ".png")
        used = configuration.cache_use(settings)
        assert used.pictures == 3
        assert used.size > 3000
        assert configuration.clear_cache(settings) == used
        assert configuration.cache_use(settings).pictures == 0
