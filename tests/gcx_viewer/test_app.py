"""The program as it is started: its command line, and its windows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt

import gcx_format
from gcx_viewer import desktop
from gcx_viewer.app import Viewer, _name, main
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.gui import theme
from gcx_viewer.gui.on_screen import paths_on_screen
from gcx_viewer.gui.settings.dialog import SettingsDialog


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert gcx_format.__version__ in capsys.readouterr().out


def test_an_option_that_there_is_not_is_refused(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--no-such-option"])
    assert end.value.code == 2
    assert "--no-such-option" in capsys.readouterr().err


def test_a_file_is_painted_and_timed_and_nothing_slow_was_imported(house, tmp_path):
    program = (
        "import sys\n"
        "from PyQt6.QtCore import QTimer\n"
        "from PyQt6.QtWidgets import QApplication\n"
        "import gcx_viewer.gui.window.main_window as main_window\n"
        "def end():\n"
        "    slow = {'openai', 'keyring', 'typer', 'rich', 'httpx'} & set(sys.modules)\n"
        "    print(sorted(slow))\n"
        "    QApplication.closeAllWindows()\n"
        "shown = main_window.MainWindow.show\n"
        "def show(window):\n"
        "    window.first_painted.connect(end)\n"
        "    shown(window)\n"
        "main_window.MainWindow.show = show\n"
        "from gcx_viewer.app import main\n"
        "sys.exit(main(['--new-window', sys.argv[1]]))\n"
    )
    environment = os.environ | {"GCX_VIEWER_TRACE": "1", "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(house)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("first-paint ")]
    assert float(line.split()[1]) > 0


WITHOUT = """
import sys
for name in sys.argv[1].split(","):
    sys.modules[name] = None  # as if it were not installed
from gcx_viewer.app import main
sys.exit(main(["--new-window"]))
"""


@pytest.mark.parametrize("package", ["PyQt6.QtWidgets", "platformdirs"])
def test_a_missing_package_is_said_with_the_name_of_the_extra(package):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, package], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        "gcx-viewer: gcx-viewer needs an optional part of gcx; pip install "
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="others have a screen")
def test_without_a_screen_that_is_said(house, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = subprocess.run(
        [sys.executable, "-m", "gcx_viewer", str(house)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "gcx-viewer: no display found" in done.stderr


@pytest.fixture
def viewer(qtbot, qapp):
    viewer = Viewer(qapp, Preferences())
    yield viewer
    for window in list(viewer.windows):
        window.close()
        window.deleteLater()
    assert viewer.windows == []


def test_what_is_opened_elsewhere_comes_into_the_window_that_is_there(qtbot, viewer, house):
    window = viewer.open_window()
    viewer.take_from_another_start([str(house)])
    qtbot.waitUntil(
        lambda: window.state.document is not None and window.state.document.path == house
    )
    assert viewer.windows == [window]


def test_what_another_start_asks_for_is_done_by_the_window_that_is_there(qtbot, viewer, house):
    window = viewer.open_window()
    for _ in range(2):  # the second time it stays so
        viewer.take_from_another_start([str(house)], ["full-screen", "slide-show"])
        qtbot.waitUntil(
            lambda: window.state.document is not None and window.state.document.path == house
        )
        assert window.isFullScreen()
        assert window.slides.is_on
    viewer.take_from_another_start([])
    assert window.isFullScreen()


def test_two_windows_view_apart(qtbot, viewer, house, visual_only):
    first, second = viewer.open_window([house]), viewer.open_window([visual_only])
    qtbot.waitUntil(lambda: first.canvas.picture is not None and second.canvas.picture is not None)
    assert first.state.path == house
    assert second.state.path == visual_only
    first.close()
    assert viewer.windows == [second]


def test_what_is_open_in_any_window_is_known(qtbot, viewer, house, photograph, tmp_path):
    first, second = viewer.open_window([house]), viewer.open_window([photograph])
    other = tmp_path / "other.jpg"
    other.write_bytes(photograph.read_bytes())
    viewer.show_encoding([other])
    qtbot.waitUntil(lambda: sorted(paths_on_screen()) == sorted([house, other, photograph]))
    qtbot.waitUntil(lambda: first.canvas.picture is not None)
    first.pages.compare_with(photograph)
    qtbot.waitUntil(lambda: first.paths_on_screen == [house, photograph])
    first.close()
    viewer.encoding.close()
    assert paths_on_screen() == [photograph]
    second.show_welcome()
    assert paths_on_screen() == []


def test_an_error_that_nobody_expected_is_told_in_the_window(qtbot, viewer, caplog):
    window = viewer.open_window()
    viewer.tell_exception(ValueError, ValueError("<b>odd</b>"), None)
    assert "unexpected" in window.notice.label.text()
    assert "ValueError" in window.notice.label.toolTip()
    assert "odd" in caplog.text


def test_the_theme_follows_the_choice_while_the_program_runs(qtbot, viewer):
    window = viewer.open_window()
    for choice, dark in (("dark", True), ("light", False)):
        viewer.preferences.theme = choice
        window.preferences_changed.emit()
        qtbot.waitUntil(lambda dark=dark: theme.is_dark(window.palette()) is dark)
        assert (theme.canvas_colour(window).lightness() < 128) is dark


def test_recent_files_are_offered_where_nothing_is_open(qtbot, viewer, house):
    viewer.preferences.remember(house)
    window = viewer.open_window()
    with qtbot.waitSignal(window.pages.welcome.chosen) as chosen:
        recent = window.pages.welcome.recent
        place = recent.visualRect(recent.model().index(0, 0)).center()
        qtbot.mouseClick(recent.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [house]
    assert isinstance(chosen.args[0], Path)


def test_the_settings_open_over_the_window_for_encoding_where_there_is_no_other(qtbot, viewer):
    window = viewer.open_window()
    viewer.show_encoding([])
    encoding = viewer.encoding
    window.close()
    assert viewer.windows == []
    encoding.settings_wanted.emit("key")
    dialog = encoding.findChild(SettingsDialog)
    qtbot.waitUntil(dialog.isVisible)
    with qtbot.waitSignal(dialog.finished):
        dialog.reject()
    encoding.close()
    viewer.shut_down()


def test_at_the_end_no_thread_of_the_encoding_is_left(qtbot, viewer, photograph, no_threads_left):
    viewer.show_encoding([photograph])
    encoding = viewer.encoding
    qtbot.waitUntil(lambda: encoding.list.count() == 1)
    viewer.shut_down()
    encoding.close()


def test_the_desktop_knows_the_program_by_its_name(qapp):
    _name(qapp)
    assert qapp.desktopFileName() == desktop.APPLICATION_ID


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="writes where Linux reads it")
def test_what_the_desktop_is_told_is_listed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    entry = tmp_path / "DATA" / "applications" / "org.gcx.viewer.desktop"
    assert main(["--install-desktop"]) == 0
    assert f"wrote {entry}" in capsys.readouterr().out.splitlines()
    assert main(["--uninstall-desktop"]) == 0
    assert f"removed {entry}" in capsys.readouterr().out.splitlines()
