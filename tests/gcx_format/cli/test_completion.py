"""The shell completes what is typed after `gcx`."""

import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash to complete in")


@pytest.fixture
def bash(tmp_path, environment):
    """Runs a script in bash, with `gcx` on the path and a home of its own."""
    gcx = tmp_path / "bin" / "gcx"
    gcx.parent.mkdir()
    gcx.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gcx_format "$@"\n')
    gcx.chmod(0o755)
    environment |= {"HOME": str(tmp_path), "PATH": f"{gcx.parent}:{environment['PATH']}"}

    def run(script):
        ran = subprocess.run(
            ["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout

    return run


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("gcx th", "thumbnail"),
        ("gcx decode --gen", "--generator"),
        ("gcx decode --generator p", "preview"),
        ("gcx encode --visual ''", "av1 msillm none"),
        ("gcx weights get v", "vlo1 vlo2"),
    ],
)
def test_commands_options_and_values_are_completed(bash, typed, completed):
    asked = (
        'eval "$(gcx --show-completion)"\n'
        f"COMP_WORDS=({typed}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
        '_gcx_completion gcx; echo "${COMPREPLY[*]}"'
    )
    assert bash(asked).split() == completed.split()


def test_completion_is_installed_for_the_shell_that_asks(bash, tmp_path):
    told = bash("gcx --install-completion; echo done")
    assert told.startswith("bash completion installed in ")
    assert bash(". ~/.bashrc; complete -p gcx") == "complete -o default -F _gcx_completion gcx\n"
    assert list(tmp_path.rglob("gcx.sh"))
