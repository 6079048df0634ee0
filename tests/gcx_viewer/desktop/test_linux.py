"""Registration as the real tools of the desktop see it, in a home of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from gcx_format.errors import OutputError
from gcx_viewer import desktop, icons
from gcx_viewer.desktop import linux, programs

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")

ENTRY = "org.gcx.viewer.desktop"


def settle(folder: Path) -> Path:
    """Make the home of a user who has an old viewer for PNG; the name has a space."""
    home, applications = folder / "a home", folder / "system/applications"
    home.mkdir()
    applications.mkdir(parents=True)
    (applications / "old.desktop").write_text(
        "[Desktop Entry]\nType=Application\nName=Old\nExec=true %f\nMimeType=image/png;\n"
    )
    tool("update-desktop-database", str(applications))
    return home


def live_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be that user, on GNOME."""
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_DIRS", f"{home.parent / 'system'}:/usr/share")
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(home.parent / "xdg"))
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", "GNOME")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home for this test alone, with nothing of ours in it."""
    home = settle(tmp_path)
    live_in(home, monkeypatch)
    return home


@pytest.fixture(scope="module")
def home_of_many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the viewer is registered, for tests that change nothing there."""
    home = settle(tmp_path_factory.mktemp("registered"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        live_in(home, monkeypatch)
        written = desktop.install()
    assert all(path.is_file() for path in written)
    return home


@pytest.fixture
def registered(home_of_many: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose viewer is registered; what the home holds is to stay as it is."""
    live_in(home_of_many, monkeypatch)
    return home_of_many


def tool(*command: str) -> str:
    """What a program prints; it has to be there and to go well."""
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.strip()


def everything(home: Path) -> dict[str, bytes]:
    """All files but the indexes that the desktop's tools make."""
    made = ("mimeinfo.cache", "data/mime/")
    return {
        name: path.read_bytes()
        for path in home.rglob("*")
        if path.is_file()
        and not any(part in (name := str(path.relative_to(home))) for part in made)
    }


def opener(type: str) -> str:
    return tool("gio", "mime", type).split("\n")[0].rpartition(": ")[2]


def test_the_desktop_knows_type_and_program(registered: Path, house: Path) -> None:
    assert tool("xdg-mime", "query", "filetype", str(house)) == "image/x-gcx"
    assert tool("xdg-mime", "query", "default", "image/x-gcx") == ENTRY
    assert opener("image/x-gcx") == ENTRY


def test_without_a_desktop_the_program_is_known_too(
    registered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CURRENT_DESKTOP")
    assert tool("xdg-mime", "query", "default", "image/x-gcx") == ENTRY


def test_the_type_is_known_by_name_and_by_content(
    registered: Path, house: Path, tmp_path: Path
) -> None:
    nameless = house.rename(tmp_path / "nameless")
    (tmp_path / "damaged.gcx").write_bytes(b"\0\1\2")
    (tmp_path / "text").write_text("GCX is what this text begins with.")
    for name, type in (
        ("nameless", "image/x-gcx"),
        ("damaged.gcx", "image/x-gcx"),
        ("text", "text/plain"),
    ):
        answer = tool("gio", "info", "-a", "standard::content-type", str(tmp_path / name))
        assert f"standard::content-type: {type}" in answer
    assert "image-x-gcx" in tool("gio", "info", "-a", "standard::icon", str(nameless))


def test_the_vectors_of_the_specification_are_known_by_content(
    registered: Path, tmp_path: Path
) -> None:
    vectors = Path(__file__).parents[3] / "spec/vectors/valid"
    copies = [tmp_path / f"nameless-{path.stem}" for path in sorted(vectors.glob("*.gcx"))]
    for copy in copies:
        shutil.copy(vectors / f"{copy.name.removeprefix('nameless-')}.gcx", copy)
    assert copies
    answers = tool("gio", "info", "-a", "standard::content-type", *map(str, copies))
    assert answers.count("standard::content-type: image/x-gcx") == len(copies)


def test_what_is_written_is_valid(registered: Path) -> None:
    data = registered / "data"
    assert tool("desktop-file-validate", str(data / "applications" / ENTRY)) == ""
    metainfo = data / "metainfo/org.gcx.viewer.metainfo.xml"
    tool("appstreamcli", "validate", "--no-net", str(metainfo))
    assert (data / "mime/image/x-gcx.xml").is_file(), "made by update-mime-database"
    assert "GCX-Bildbeschreibung" in (data / "mime/image/x-gcx.xml").read_text()


def test_all_icons_are_there(registered: Path) -> None:
    hicolor = registered / "data/icons/hicolor"
    for size in icons.SIZES:
        for name in ("apps/gcx-viewer", "mimetypes/image-x-gcx"):
            with Image.open(hicolor / f"{size}x{size}" / f"{name}.png") as icon:
                assert icon.size == (size, size)
    for name in ("apps/gcx-viewer", "mimetypes/image-x-gcx"):
        assert b"<svg" in (hicolor / "scalable" / f"{name}.svg").read_bytes()
    assert (hicolor / "symbolic/apps/gcx-viewer-symbolic.svg").is_file()


def test_other_formats_keep_their_program(home: Path) -> None:
    assert opener("image/png") == "old.desktop"
    desktop.install()
    assert opener("image/png") == "old.desktop"
    assert ENTRY not in tool("gio", "mime", "image/png")
    assert "image/png" not in (home / "config/mimeapps.list").read_text()


def test_all_is_taken_back(home: Path) -> None:
    (home / "config").mkdir()
    listed = (
        "# mine\n[Added Associations]\nimage/png=a.desktop;b.desktop;\n\n"
        "[Default Applications]\nimage/x-gcx=other.desktop\ntext/html=web.desktop;\n"
    )
    (home / "config/mimeapps.list").write_text(listed)
    before = everything(home)
    written = desktop.install()
    assert opener("image/x-gcx") == ENTRY
    first = everything(home)
    assert desktop.install() == written
    assert everything(home) == first, "doing it again changes nothing"
    removed = desktop.uninstall()
    assert sorted(removed) == sorted(written)
    after = everything(home)
    mimeapps = after.pop("config/mimeapps.list").decode()
    assert mimeapps == listed.replace("other.desktop\n", "other.desktop;\n")
    before.pop("config/mimeapps.list")
    assert after == before
    assert desktop.uninstall() == []
    assert "image/x-gcx" not in (home / "data/mime/types").read_text()
    assert not (home / "data/icons").exists(), "no empty folders stay"


def test_missing_tools_are_told_and_no_failure(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    told: list[str] = []
    written = desktop.install(told.append)
    assert written
    assert any("update-mime-database" in sentence for sentence in told)
    assert any("update-desktop-database" in sentence for sentence in told)
    assert desktop.uninstall(told.append) == written


def test_a_tool_that_fails_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    failing = programs / "update-mime-database"
    failing.write_text("#!/bin/sh\necho the disk is made of cheese >&2\nexit 1\n")
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    told: list[str] = []
    desktop.install(told.append)
    assert any("made of cheese" in sentence for sentence in told)


def test_a_cache_of_icons_is_kept_fresh_where_there_is_one(home: Path) -> None:
    theme = home / "data/icons/hicolor"
    desktop.install()
    assert not (theme / "icon-theme.cache").exists()
    tool("gtk-update-icon-cache", "--ignore-theme-index", str(theme))
    desktop.install()
    assert b"gcx-viewer" in (theme / "icon-theme.cache").read_bytes()
    desktop.uninstall()
    assert not theme.exists(), "nothing else was in it"


def test_what_cannot_be_written_is_our_error(home: Path) -> None:
    (home / "data").write_text("a file where the folder should be")
    with pytest.raises(OutputError, match="data"):
        desktop.install()


def test_a_relative_base_folder_counts_for_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "somewhere/relative")
    assert all(path.is_relative_to(home) for path in desktop.install())


def thumbnail(home: Path, source: Path, target: Path) -> None:
    """Make a thumbnail as a file manager does, where neither home nor network can be reached."""
    lines = (home / "data/thumbnailers/gcx.thumbnailer").read_text().split("\n")
    assert lines[0] == "[Thumbnailer Entry]"
    entry = dict(line.split("=", 1) for line in lines[1:] if line)
    assert "image/x-gcx" in entry["MimeType"].split(";")
    assert os.access(entry["TryExec"].replace("\\\\", "\\"), os.X_OK)
    fields = {"%s": "256", "%i": str(source), "%o": str(target), "%u": source.as_uri()}
    words = [fields.get(word, word) for word in shlex.split(entry["Exec"].replace("\\\\", "\\"))]
    subprocess.run(words, check=True, env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})


def test_the_thumbnailer_makes_thumbnails(registered: Path, house: Path, tmp_path: Path) -> None:
    source = house.rename(tmp_path / "a house.gcx")
    target = tmp_path / "thumb nail.png"
    target.touch()
    thumbnail(registered, source, target)
    with Image.open(target) as made:
        assert max(made.size) == 256
        assert made.convert("RGB").getextrema() != ((0, 0), (0, 0), (0, 0))


def test_the_entry_starts_the_installed_program(registered: Path) -> None:
    text = (registered / "data/applications" / ENTRY).read_text()
    assert f"Exec={shlex.join(programs.gcx_viewer())} %F\n" in text
    assert Path(programs.gcx_viewer()[0]).is_absolute()


@pytest.mark.parametrize(
    ("command", "value"),
    [
        (["/opt/gcx-viewer"], "/opt/gcx-viewer"),
        (["/my programs/gcx-viewer"], '"/my programs/gcx-viewer"'),
        (["/a%b/x"], "/a%%b/x"),
        (['/a"b/x'], '"/a\\\\"b/x"'),
        (["/a$b`c/x"], '"/a\\\\$b\\\\`c/x"'),
        (["/a\\b"], '"/a\\\\\\\\b"'),
        (["/usr/bin/python3", "-m", "gcx_viewer"], "/usr/bin/python3 -m gcx_viewer"),
    ],
)
def test_commands_are_quoted_as_the_standard_says(command: list[str], value: str) -> None:
    assert linux.exec_value(command) == value


def test_a_path_with_a_line_break_cannot_be_registered() -> None:
    with pytest.raises(OutputError, match="line break"):
        linux.exec_value(["/a\nExec=rm"])


def test_an_odd_path_starts_from_the_desktop(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GLib, which starts programs for most desktops, finds it and gives it the files."""
    odd = tmp_path / 'my "odd" $HOME \\programs'
    odd.mkdir()
    script, told = odd / "gcx-viewer", tmp_path / "told"
    script.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$TOLD"\n')
    script.chmod(0o755)
    os.mkfifo(told)
    monkeypatch.setenv("TOLD", str(told))
    monkeypatch.setattr(programs, "gcx_viewer", lambda: [str(script)])
    desktop.install()
    entry = home / "data/applications" / ENTRY
    tool("desktop-file-validate", str(entry))
    with subprocess.Popen(["cat", str(told)], stdout=subprocess.PIPE, text=True) as reader:
        tool("gio", "launch", str(entry), str(tmp_path / "x y.gcx"))
        assert reader.communicate(timeout=60)[0] == f"{tmp_path / 'x y.gcx'}\n"


def test_registering_needs_no_qt(home: Path) -> None:
    code = "import sys, gcx_viewer.desktop as d; d.install(); d.uninstall(); print(*sys.modules)"
    assert "PyQt6" not in tool(sys.executable, "-c", code)
