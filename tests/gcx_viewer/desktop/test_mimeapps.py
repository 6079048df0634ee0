"""The user's list of default programs: only what is meant changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gcx_format.errors import OutputError
from gcx_viewer.desktop import mimeapps


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "mimeapps.list"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "[Default Applications]\na/b=x.desktop;\n"),
        ("", "[Default Applications]\na/b=x.desktop;\n"),
        ("[Default Applications]\n", "[Default Applications]\na/b=x.desktop;\n"),
        (
            "[Default Applications]\na/b=y.desktop\n",
            "[Default Applications]\na/b=x.desktop;y.desktop;\n",
        ),
        (
            "[Default Applications]\nc/d=y.desktop\n\n# end\n[Added Associations]\na/b=z.desktop\n",
            "[Default Applications]\nc/d=y.desktop\n\n# end\na/b=x.desktop;\n"
            "[Added Associations]\na/b=z.desktop\n",
        ),
        (
            "[Added Associations]\na/b=z.desktop;",
            "[Added Associations]\na/b=z.desktop;\n\n[Default Applications]\na/b=x.desktop;\n",
        ),
    ],
)
def test_set_default(path: Path, before: str | None, after: str) -> None:
    if before is not None:
        path.parent.mkdir()
        path.write_text(before)
    assert mimeapps.set_default(path, "a/b", "x.desktop")
    assert path.read_text() == after
    assert not mimeapps.set_default(path, "a/b", "x.desktop"), "it is so already"
    assert path.read_text() == after


def test_forget_takes_a_program_out_everywhere(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(
        b"# \xff not UTF-8\n[Added Associations]\na/b=x.desktop;y.desktop;\n"
        b"[Default Applications]\na/b=x.desktop\nc/d=xx.desktop\n"
    )
    assert mimeapps.forget(path, "x.desktop")
    assert path.read_bytes() == (
        b"# \xff not UTF-8\n[Added Associations]\na/b=y.desktop;\n"
        b"[Default Applications]\nc/d=xx.desktop\n"
    )
    assert not mimeapps.forget(path, "x.desktop")


def test_nothing_left_is_no_file(path: Path) -> None:
    mimeapps.set_default(path, "a/b", "x.desktop")
    assert mimeapps.forget(path, "x.desktop")
    assert not path.exists()
    assert not mimeapps.forget(path, "x.desktop")


def test_a_list_that_cannot_be_read_is_our_error(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(OutputError, match="cannot be read"):
        mimeapps.set_default(path, "a/b", "x.desktop")


def test_a_list_far_too_large_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(OutputError, match="too large"):
        mimeapps.forget(path, "x.desktop")
