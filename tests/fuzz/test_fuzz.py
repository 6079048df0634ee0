"""The fuzz target runs for a few seconds and finds nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.needs("atheris")

TARGET = Path(__file__).parent / "fuzz_loads.py"


def test_ten_seconds_of_fuzzing_find_nothing(tmp_path):
    command = [sys.executable, TARGET, "-max_total_time=10", f"-artifact_prefix={tmp_path}/"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr[-4000:]
    assert not list(tmp_path.iterdir())
    runs = int(re.search(r"Done (\d+) runs", run.stderr)[1])
    assert runs > 500


def test_the_target_notices_a_broken_promise(tmp_path):
    broken = (
        "import runpy, sys, gcx_format.container as container\n"
        "dumps = container.dumps\n"
        "container.dumps = lambda descriptor: dumps(descriptor)[:-1] + b'!'\n"
        "import gcx_format\n"
        "gcx_format.dumps = container.dumps\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    options = ["-runs=5000", f"-artifact_prefix={tmp_path}/"]
    command = [sys.executable, "-c", broken, TARGET, *options]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode != 0
    assert "AssertionError: written again, it differs" in run.stdout + run.stderr
    assert list(tmp_path.glob("crash-*"))
