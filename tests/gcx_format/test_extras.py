"""An optional part of gcx is installed from where gcx itself came from."""

import json
import os
import subprocess
import sys

import pytest

from installing import write_distribution

PRINT = """
from gcx_format import MissingExtraError
from gcx_format.extras import install_command
print(MissingExtraError("painting", "openai"))
print(install_command("msillm", upgrade=True))
"""


@pytest.fixture
def commands(tmp_path):
    """What is said where gcx is installed with a record of its origin, or without."""

    def said(record):
        site = tmp_path / "site-packages"
        write_distribution(site, "gcx", "1.0", {})
        if record is not None:
            (site / "gcx-1.0.dist-info" / "direct_url.json").write_text(record)
        path = os.pathsep.join([str(site), *filter(None, sys.path)])
        ran = subprocess.run(
            [sys.executable, "-c", PRINT],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            env={**os.environ, "PYTHONPATH": path},
        )
        error, upgrade = ran.stdout.splitlines()
        return error.removeprefix("painting needs an optional part of gcx; "), upgrade

    return said


@pytest.mark.skipif(os.name == "nt", reason="quotes of another shell")
@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (None, 'pip install "gcx[openai]"'),
        (
            {"url": "file:///home/ann/my%20gcx", "dir_info": {"editable": True}},
            "pip install -e '/home/ann/my gcx[openai]'",
        ),
        (
            {"url": "file:///home/ann/gcx", "dir_info": {}},
            "pip install 'gcx[openai] @ file:///home/ann/gcx'",
        ),
        (
            {"url": "https://example.org/gcx", "vcs_info": {"vcs": "git", "commit_id": "a1b2"}},
            "pip install 'gcx[openai] @ git+https://example.org/gcx@a1b2'",
        ),
        (
            {"url": "file:///tmp/gcx-1.0-py3-none-any.whl", "archive_info": {}},
            "pip install 'gcx[openai] @ file:///tmp/gcx-1.0-py3-none-any.whl'",
        ),
        ([], 'pip install "gcx[openai]"'),
    ],
    ids=["index", "clone", "folder", "repository", "wheel", "damaged"],
)
def test_the_command_finds_gcx_where_it_came_from(commands, record, expected):
    said = commands(None if record is None else json.dumps(record))
    upgrade = expected.replace("pip install", "pip install --upgrade").replace("openai", "msillm")
    assert said == (expected, upgrade)
