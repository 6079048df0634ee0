"""Closing a window, and the end of the program, whatever hangs."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SHARED = """
import pathlib, sys, threading
from gcx_viewer.core.viewing import viewing
from gcx_viewer.core.events import ConsentNeeded, Finished, Generating, VariantsFound
from gcx_viewer.core.preferences import Preferences

path = pathlib.Path(sys.argv[1])
happened = threading.Condition()
seen = []

def listener(event):
    with happened:
        seen.append(type(event))
        happened.notify_all()

def wait_for(kind):
    with happened:
        assert happened.wait_for(lambda: kind in seen, 20)
"""


def run(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    code = textwrap.dedent(SHARED) + textwrap.dedent(code)
    return subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_keyring_that_hangs_does_not_keep_the_program(house):
    ended = run(
        """
        from gcx_viewer.core import configuration

        hanging = threading.Event()

        class Keyring:
            name, priority = "test", 5

            def get_password(self, *_):
                hanging.set()
                threading.Event().wait()

        import keyring
        keyring.get_keyring = lambda: Keyring()
        viewing = viewing.Viewing(listener, Preferences)
        viewing.show(path)
        wait_for(VariantsFound)
        assert hanging.wait(20)
        assert not viewing.close(0.1)
        print("closed")
        """,
        house,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "closed\n", "")


@pytest.mark.usefixtures("openai_environment")
def test_the_program_waits_for_what_is_paid_for(house, openai_environment):
    """A picture that has arrived when the window closes is kept, however short the patience."""
    ended = run(
        """
        from gcx_format.cache import Cache, descriptor_hash
        from gcx_format.generate import score
        from gcx_format.settings import load_settings

        arrived, real = threading.Event(), score.score

        def slow(*arguments):
            arrived.set()
            threading.Event().wait(1)
            return real(*arguments)

        score.score = slow
        viewing = viewing.Viewing(listener, Preferences)
        viewing.show(path)
        wait_for(ConsentNeeded)
        viewing.generate()
        assert arrived.wait(20)
        assert not viewing.close(0)
        """,
        house,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    from gcx_format.cache import Cache, descriptor_hash
    from gcx_format.settings import load_settings

    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    assert len(cache.variants(descriptor_hash(house.read_bytes()))) == 1
