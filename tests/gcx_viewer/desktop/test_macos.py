"""The bundle for macOS, as far as it can be looked at anywhere."""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from gcx_viewer.desktop import macos

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell starts the program")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    program = tmp_path / "my $odd 'program'"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)
    path = tmp_path / "Applications" / "gcx Viewer.app"
    written = macos.build(path, [str(program), "-m", "x y"])
    assert sorted(written) == sorted(each for each in path.rglob("*") if each.is_file())
    return path


def test_the_list_of_properties(bundle: Path) -> None:
    told = plistlib.loads((bundle / "Contents/Info.plist").read_bytes())
    assert told == macos.information()
    (exported,) = told["UTExportedTypeDeclarations"]
    assert exported["UTTypeIdentifier"] == macos.TYPE_ID
    assert exported["UTTypeConformsTo"] == ["public.image"]
    assert exported["UTTypeTagSpecification"] == {
        "public.filename-extension": ["gcx"],
        "public.mime-type": ["image/x-gcx"],
    }
    own, other = told["CFBundleDocumentTypes"]
    assert own["LSItemContentTypes"] == [macos.TYPE_ID]
    assert own["LSHandlerRank"] == "Owner"
    assert "public.png" in other["LSItemContentTypes"]
    assert other["LSHandlerRank"] == "Alternate"


def test_everything_that_is_named_is_there(bundle: Path) -> None:
    told = macos.information()
    resources = bundle / "Contents/Resources"
    assert (resources / told["CFBundleIconFile"]).is_file()
    assert (resources / told["CFBundleDocumentTypes"][0]["CFBundleTypeIconFile"]).is_file()
    assert os.access(bundle / "Contents/MacOS" / told["CFBundleExecutable"], os.X_OK)


def test_the_launcher_starts_the_program(bundle: Path) -> None:
    launcher = bundle / "Contents/MacOS/gcx-viewer"
    answer = subprocess.run([launcher, "a b.gcx"], capture_output=True, text=True, check=True)
    assert answer.stdout == "-m\nx y\na b.gcx\n"


def test_the_icon_has_its_sizes(bundle: Path) -> None:
    with Image.open(bundle / "Contents/Resources/image-x-gcx.icns") as icon:
        widths = {width * scale for width, _, scale in icon.info["sizes"]}
    assert {32, 64, 128, 256, 512} <= widths


def test_a_home_with_and_without_the_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    told: list[str] = []
    written = macos.install(told.append)
    assert macos.install(told.append) == written
    assert sorted(macos.uninstall(told.append)) == sorted(written)
    assert not list((tmp_path / "Applications").iterdir())
    assert macos.uninstall(told.append) == []
