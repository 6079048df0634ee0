"""Who may decide that a model is asked, and where the settings draw the line."""

import pytest

from gcx_format.settings import load_settings
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.core.viewing.policy import decide, is_trusted


@pytest.mark.parametrize(
    ("preference", "trusted", "setting", "decision"),
    [
        ("ask", False, None, "ask"),
        ("always", False, None, "always"),
        ("never", False, None, "cached-only"),
        ("ask", True, None, "always"),
        ("never", True, None, "always"),
        ("ask", False, "always", "ask"),
        ("always", False, "always", "always"),
        ("always", False, "ask", "ask"),
        ("ask", True, "ask", "ask"),
        ("never", False, "ask", "cached-only"),
        ("always", False, "cached-only", "cached-only"),
        ("ask", True, "cached-only", "cached-only"),
        ("ask", False, "never", "cached-only"),
        ("never", False, "never", "cached-only"),
        ("always", True, "never", "cached-only"),
    ],
)
def test_the_stricter_one_holds(tmp_path, monkeypatch, preference, trusted, setting, decision):
    if setting:
        monkeypatch.setenv("GCX_POLICY", setting)
    file = tmp_path / "a.gcx"
    file.touch()
    preferences = Preferences(policy=preference, trusted_folders=[tmp_path] if trusted else [])
    assert decide(file, preferences, load_settings()) == decision


def test_who_wants_previews_alone_gets_them(tmp_path):
    preferences = Preferences(policy="always")
    assert decide(tmp_path, preferences, load_settings(generator="preview")) == "never"


def test_a_folder_is_not_another_one_whose_name_begins_so(tmp_path):
    for name in ("a", "ab"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "x.gcx").touch()
    trusted = [tmp_path / "a"]
    assert is_trusted(tmp_path / "a" / "deep" / "x.gcx", trusted)
    assert not is_trusted(tmp_path / "ab" / "deep" / "x.gcx", trusted)
    assert not is_trusted(tmp_path / "a" / ".." / "ab" / "deep" / "x.gcx", trusted)
    assert not is_trusted(tmp_path / "a" / "gone.gcx", trusted)
    assert not is_trusted(tmp_path / "a" / "deep" / "x.gcx", [])


def test_a_link_is_trusted_for_what_it_leads_to(tmp_path):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder in (mine, theirs):
        folder.mkdir()
        (folder / "x.gcx").touch()
    (mine / "out.gcx").symlink_to(theirs / "x.gcx")
    (theirs / "in.gcx").symlink_to(mine / "x.gcx")
    (tmp_path / "also-mine").symlink_to(mine)
    (mine / "loop.gcx").symlink_to(mine / "loop.gcx")
    assert not is_trusted(mine / "out.gcx", [mine])
    assert is_trusted(theirs / "in.gcx", [mine])
    assert is_trusted(mine / "x.gcx", [tmp_path / "also-mine"])
    assert not is_trusted(mine / "loop.gcx", [mine])
