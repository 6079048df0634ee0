"""No window is larger than the screen, though that is small, its letters large and names long."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gcx_viewer.gui.fitting import breakable

SCRIPT = Path(__file__).with_name("small_screen.py")


@pytest.mark.parametrize(
    ("size", "factor", "letters"),
    [((1024, 600), 1, 1), ((1024, 600), 1, 2), ((1024, 600), 2, 1), ((1280, 800), 2, 2)],
)
def test_every_window_fits(house, photograph, tmp_path, size, factor, letters):
    folder = tmp_path / "named"
    folder.mkdir()
    for path in (house, photograph):
        shutil.copy(path, folder / f"{'holiday_' * 25}{path.suffix}")
    screens = tmp_path / "screens.json"
    screen = {"name": "small", "x": 0, "y": 0, "width": size[0], "height": size[1]}
    screens.write_text(json.dumps({"screens": [screen]}))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), str(letters)],
        env=os.environ
        | {"QT_QPA_PLATFORM": f"offscreen:configfile={screens}", "QT_SCALE_FACTOR": str(factor)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["room"] == [side // factor for side in size]
    assert len(told["sizes"]) == 11
    for name, sizes in told["sizes"].items():
        for width, height in sizes:
            assert width <= told["room"][0], (name, sizes)
            assert height <= told["room"][1], (name, sizes)


def test_a_long_name_can_be_broken_and_is_cut_in_its_middle():
    assert breakable("Delete “a short name.jpg”?") == "Delete “a short name.jpg”?"
    told = breakable(f"Delete {'0123456789' * 20}.jpg?")
    assert told.replace("\u200b", "") == (
        "Delete 01234567890123456789012345678901…4567890123456789012345678901234567.jpg?"[:39]
        + f"…{('0123456789' * 20 + '.jpg?')[-32:]}"
    )
    assert max(map(len, told.replace(" ", "\u200b").split("\u200b"))) == 16
