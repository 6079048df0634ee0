"""What Windows is told, as data: applying it needs Windows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from gcx_format.errors import OutputError
from gcx_viewer import icons
from gcx_viewer.desktop import windows

COMMAND = [r"C:\Users\Jo Doe\gcx\Scripts\gcx-viewer.exe"]
TOLD = windows.values(COMMAND, r"C:\Users\Jo Doe\AppData\Local\gcx\icons")
REGISTRY = {(value.key, value.name): value.value for value in TOLD}
CLASSES = "Software\\Classes\\"


def test_nothing_is_told_twice() -> None:
    assert len(REGISTRY) == len(TOLD)


def test_a_double_click_starts_the_viewer() -> None:
    assert REGISTRY[rf"{CLASSES}.gcx", ""] == windows.PROGRAM_ID
    command = REGISTRY[rf"{CLASSES}{windows.PROGRAM_ID}\shell\open\command", ""]
    assert command == r'"C:\Users\Jo Doe\gcx\Scripts\gcx-viewer.exe" "%1"'


def test_it_is_offered_and_not_forced() -> None:
    assert (rf"{CLASSES}.gcx\OpenWithProgids", windows.PROGRAM_ID) in REGISTRY
    types = rf"{CLASSES}Applications\gcx-viewer.exe\SupportedTypes"
    assert REGISTRY[types, ".gcx"] == ""
    assert REGISTRY[types, ".png"] == ""
    assert not [key for key, _ in REGISTRY if key.startswith(rf"{CLASSES}.png")]


def test_default_programs_find_it() -> None:
    capabilities = REGISTRY[r"Software\RegisteredApplications", "org.gcx.viewer"]
    assert capabilities is not None
    assert REGISTRY[capabilities, "ApplicationName"]
    assert REGISTRY[capabilities, "ApplicationDescription"]
    assert REGISTRY[rf"{capabilities}\FileAssociations", ".gcx"] == windows.PROGRAM_ID


def test_icons_and_type() -> None:
    icon = REGISTRY[rf"{CLASSES}{windows.PROGRAM_ID}\DefaultIcon", ""]
    assert icon == r"C:\Users\Jo Doe\AppData\Local\gcx\icons\image-x-gcx.ico"
    assert REGISTRY[rf"{CLASSES}.gcx", "Content Type"] == "image/x-gcx"
    assert REGISTRY[rf"{CLASSES}.gcx", "PerceivedType"] == "image"


def test_only_keys_of_the_program_count_as_its_own() -> None:
    for value in TOLD:
        ours = any(mark in value.key for mark in (windows.PROGRAM_ID, "gcx-viewer", "org.gcx"))
        assert value.own == ours


def test_what_may_go_when_it_is_empty() -> None:
    keys = windows.emptied(TOLD)
    assert len(keys) == len(set(keys))
    assert rf"{CLASSES}.gcx" in keys
    assert rf"{CLASSES}{windows.PROGRAM_ID}\shell" in keys
    assert not {"Software", r"Software\Classes", r"Software\RegisteredApplications"} & set(keys)
    for at, key in enumerate(keys):
        assert not [later for later in keys[at:] if later.startswith(f"{key}\\")], "deepest first"


@pytest.mark.parametrize("name", [icons.APPLICATION, icons.FILE_TYPE])
def test_icon_files_have_all_sizes(name: str, tmp_path: Path) -> None:
    path = tmp_path / "icons" / f"{name}.ico"
    windows.write_icon(name, path)
    with Image.open(path) as icon:
        sizes = icon.info["sizes"]
        assert sizes == {(size, size) for size in (16, 24, 32, 48, 64, 128, 256)}
        for size in sizes:
            icon.size = size
            with Image.open(icons.png(name, size[0])) as drawn:
                assert icon.convert("RGBA").tobytes() == drawn.convert("RGBA").tobytes()


def test_an_icon_that_cannot_be_written_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        windows.write_icon(icons.APPLICATION, tmp_path / "file" / "x.ico")
