"""The key in the keyring: with backends of keyring's own kind, set by its own means."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.errors import KeyringLocked

from gcx_format.errors import ArgumentError, InputError, OutputError
from gcx_viewer.core import keys
from gcx_viewer.core.configuration import settings_to_paint
from memory_keyring import MemoryKeyring

KEY = "sk-test-0123456789"


class LockedKeyring(MemoryKeyring):
    """The user does not unlock it."""

    asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked


class SlowKeyring(MemoryKeyring):
    """Gives the key as it was when it was asked, but not before it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reading, self.go_on = threading.Event(), threading.Event()
        self.is_slow = True

    def get_password(self, service: str, username: str) -> str | None:
        key = super().get_password(service, username)
        if self.is_slow:
            self.reading.set()
            assert self.go_on.wait(10)
        return key


class PlaintextKeyring(MemoryKeyring):
    """Called as that of keyrings.alt, and set by someone who knows no better."""


class LowKeyring(MemoryKeyring):
    """Not recommended by its own account."""

    priority = 0.5


@pytest.fixture
def use(monkeypatch) -> Iterator[object]:
    """A function that makes a backend the one of the system, until the test ends."""
    monkeypatch.setattr(keys, "_known", [])
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def memory(use) -> MemoryKeyring:
    backend = MemoryKeyring()
    use(backend)
    return backend


class TestAKeyring:
    def test_keeps_the_key_under_a_name_of_gcx(self, memory):
        assert keys.load_key() is None
        keys.save_key(f"  {KEY}\n")
        assert keys.load_key() == KEY
        assert memory.kept == {("gcx", "openai_api_key"): KEY}

    def test_is_named(self, memory):
        assert "MemoryKeyring" in keys.where()

    def test_loses_the_key_when_asked_to(self, memory):
        keys.save_key(KEY)
        keys.delete_key()
        assert memory.kept == {}
        keys.delete_key()  # a second time there is nothing to do

    @pytest.mark.parametrize("text", ["", "   ", "sk test", "sk-\x00", "schlüssel"])
    def test_gets_nothing_that_can_be_no_key(self, memory, text):
        with pytest.raises(ArgumentError, match="no spaces"):
            keys.save_key(text)
        assert memory.kept == {}

    def test_that_is_not_unlocked_is_told(self, use):
        use(LockedKeyring())
        with pytest.raises(InputError, match="Failed to unlock"):
            keys.load_key()
        with pytest.raises(OutputError, match="KeyringLocked") as caught:
            keys.save_key(KEY)
        assert KEY not in str(caught.value)


class TestTheKeyThatIsKnown:
    def test_is_read_once(self, memory):
        memory.set_password("gcx", "openai_api_key", KEY)
        assert keys.known_key() == KEY
        memory.kept.clear()
        assert keys.known_key() == KEY
        assert keys.load_key() is None
        assert keys.known_key() is None

    def test_is_another_once_it_was_changed(self, memory):
        assert keys.known_key() is None
        keys.save_key(KEY)
        assert keys.known_key() == KEY
        keys.delete_key()
        assert keys.known_key() is None

    def test_is_not_asked_for_again_where_the_user_does_not_unlock(self, use):
        backend = LockedKeyring()
        use(backend)
        assert keys.known_key() is None
        assert keys.known_key() is None
        assert backend.asked == 1

    def test_that_is_deleted_while_it_is_read_is_not_used_again(self, use):
        backend = SlowKeyring()
        backend.set_password("gcx", "openai_api_key", KEY)
        use(backend)
        reader = threading.Thread(target=keys.known_key)
        reader.start()
        assert backend.reading.wait(10)
        backend.is_slow = False
        keys.delete_key()
        backend.go_on.set()
        reader.join(10)
        assert keys.known_key() is None

    def test_goes_into_the_settings_where_no_other_place_has_one(self, memory, monkeypatch):
        assert settings_to_paint().openai_api_key is None
        keys.save_key(KEY)
        assert settings_to_paint().openai_api_key.get_secret_value() == KEY
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
        assert settings_to_paint().openai_api_key.get_secret_value() == "sk-of-the-environment"


class TestNoKeyring:
    @pytest.fixture(
        params=[
            keyring.backends.fail.Keyring,
            keyring.backends.null.Keyring,
            PlaintextKeyring,
            LowKeyring,
        ]
    )
    def backend(self, request, use):
        backend = request.param()
        use(backend)
        return backend

    def test_has_no_name_and_no_key(self, backend):
        assert keys.where() is None
        assert keys.load_key() is None

    def test_takes_no_key_and_says_what_to_do(self, backend):
        with pytest.raises(OutputError, match="OPENAI_API_KEY") as caught:
            keys.save_key(KEY)
        assert KEY not in str(caught.value)
        with pytest.raises(OutputError, match="no keyring"):
            keys.delete_key()
        assert getattr(backend, "kept", {}) == {}
