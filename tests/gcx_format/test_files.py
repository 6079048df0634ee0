"""Files are read whole and bounded, and written whole or not at all."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gcx_format import (
    AncillaryChunk,
    ArgumentError,
    ChecksumError,
    CodedText,
    Descriptor,
    InputError,
    LimitError,
    OutputError,
    OutputExistsError,
    dumps,
    limits,
    read,
    write,
)
from gcx_format.files import is_gcx, names_for, read_bytes, sha256, write_atomically

SEA = Descriptor(
    width=1024, height=768, coded_text=CodedText("a", "zlib", bytes.fromhex("789c4b040000620062"))
)
OLD = b"what was there before"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# --- reading ---------------------------------------------------------------------------------


def test_a_descriptor_is_read_as_it_was_written(tmp_path):
    assert write(tmp_path / "sea.gcx", SEA) == 21
    assert read(tmp_path / "sea.gcx") == SEA
    assert read(str(tmp_path / "sea.gcx")) == SEA
    assert (tmp_path / "sea.gcx").read_bytes() == dumps(SEA)


def test_a_damaged_file_is_named_in_the_message(tmp_path):
    path = tmp_path / "sea.gcx"
    path.write_bytes(dumps(SEA)[:-1])
    with pytest.raises(ChecksumError, match=r"sea\.gcx: damaged or cut short") as caught:
        read(path)
    assert caught.value.filename == str(path)


@pytest.mark.parametrize("name", ["missing.gcx", "missing/sea.gcx", "file/sea.gcx", "a\0b"])
def test_what_is_not_there_cannot_be_read(tmp_path, name):
    (tmp_path / "file").write_bytes(OLD)
    with pytest.raises(InputError, match="there is no such file") as caught:
        read(tmp_path / name)
    assert caught.value.filename == tmp_path / name


@pytest.mark.parametrize(
    ("leads_to", "said"), [("loop", "leads in a circle"), ("gone", "to a file that does not exist")]
)
def test_a_link_that_leads_nowhere_is_said_to_be_one(tmp_path, leads_to, said):
    (tmp_path / "loop").symlink_to(leads_to)
    with pytest.raises(InputError, match=f"this is a link (that )?{said}") as caught:
        read(tmp_path / "loop")
    assert caught.value.filename == tmp_path / "loop"


def test_a_checksum_is_that_of_all_bytes_of_a_file(tmp_path):
    (tmp_path / "original.jpg").write_bytes(OLD)
    assert sha256(tmp_path / "original.jpg") == hashlib.sha256(OLD).digest()
    with pytest.raises(InputError, match="there is no such file"):
        sha256(tmp_path / "missing.jpg")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        with pytest.raises(InputError, match=r"pipe\.jpg: this is not a picture file"):
            sha256(tmp_path / "pipe.jpg")


@pytest.mark.parametrize(
    ("places", "names"),
    [
        (["a.jpg", "b.png"], ["a.gcx", "b.gcx"]),
        (["a.jpg", "a.png", "b.png"], ["a.jpg.gcx", "a.png.gcx", "b.gcx"]),
        (["a.jpg", "A.PNG"], ["a.jpg.gcx", "A.PNG.gcx"]),
        (["a.jpg", "a.png", "a.jpg.png"], ["a.jpg.gcx", "a.png.gcx", "a.jpg.png.gcx"]),
        (["a.jpg", "a.jpg"], ["a.jpg.gcx", "a.jpg.gcx"]),
    ],
)
def test_new_files_are_called_as_what_they_are_made_from(places, names):
    assert names_for([Path(place) for place in places], ".gcx") == [Path(name) for name in names]


@pytest.mark.parametrize(
    ("name", "expected"), [("a.gcx", True), ("b/A.GCX", True), (".gcx", False), ("gcx", False)]
)
def test_descriptors_are_known_by_their_name(name, expected):
    assert is_gcx(name) is expected


def test_a_name_that_is_too_long_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        read(tmp_path / ("a" * 300))


def test_a_folder_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"this is a folder, not a \.gcx file"):
        read(tmp_path)


def test_reading_a_pipe_is_refused_and_does_not_wait(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"this is not a \.gcx file"):
        read(tmp_path / "pipe")


def test_reading_a_device_is_refused():
    with pytest.raises(InputError, match=r"this is not a \.gcx file"):
        read("/dev/zero")


def test_a_link_is_read_through(tmp_path):
    write(tmp_path / "sea.gcx", SEA)
    (tmp_path / "link.gcx").symlink_to("sea.gcx")
    assert read(tmp_path / "link.gcx") == SEA


def test_of_a_huge_file_no_more_is_read_than_tells_that_it_is_too_large(tmp_path):
    path = tmp_path / "huge.gcx"
    with path.open("wb") as file:
        file.write(dumps(SEA))
        file.truncate(1 << 40)  # takes no space
    assert len(read_bytes(path)) == limits.MAX_FILE_BYTES + 1
    with pytest.raises(LimitError, match=r"huge\.gcx: .*4194304"):
        read(path)


# --- writing ---------------------------------------------------------------------------------


def test_missing_folders_are_made(tmp_path):
    write(tmp_path / "a" / "b" / "sea.gcx", SEA)
    assert read(tmp_path / "a" / "b" / "sea.gcx") == SEA
    assert names(tmp_path / "a" / "b") == ["sea.gcx"]


def test_what_is_there_stays_unless_overwriting_is_asked_for(tmp_path):
    path = tmp_path / "sea.gcx"
    path.write_bytes(OLD)
    with pytest.raises(OutputExistsError, match=r"sea\.gcx: it exists already") as caught:
        write(path, SEA)
    assert caught.value.filename == path
    assert path.read_bytes() == OLD
    write(path, SEA, overwrite=True)
    assert read(path) == SEA
    assert names(tmp_path) == ["sea.gcx"]


def test_overwriting_a_link_keeps_it_and_writes_where_it_points(tmp_path):
    (tmp_path / "there").mkdir()
    target = tmp_path / "there" / "sea.gcx"
    target.write_bytes(OLD)
    (tmp_path / "link.gcx").symlink_to(target)
    write(tmp_path / "link.gcx", SEA, overwrite=True)
    assert (tmp_path / "link.gcx").is_symlink()
    assert read(target) == SEA
    assert names(tmp_path / "there") == ["sea.gcx"]


def test_a_link_to_nothing_counts_as_there(tmp_path):
    (tmp_path / "link.gcx").symlink_to("nothing.gcx")
    with pytest.raises(OutputExistsError):
        write(tmp_path / "link.gcx", SEA)
    assert names(tmp_path) == ["link.gcx"]


def test_overwriting_a_link_to_nothing_makes_what_it_points_to(tmp_path):
    (tmp_path / "link.gcx").symlink_to("nothing.gcx")
    write(tmp_path / "link.gcx", SEA, overwrite=True)
    assert read(tmp_path / "nothing.gcx") == SEA


def test_a_loop_of_links_cannot_be_written_over(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "loop", SEA, overwrite=True)
    assert (tmp_path / "loop").is_symlink()


def test_a_folder_is_not_written_over(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="not a regular file"):
        write(tmp_path / "folder", SEA, overwrite=True)
    assert (tmp_path / "folder").is_dir()


def test_a_pipe_is_not_written_over_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="not a regular file"):
        write(tmp_path / "pipe", SEA, overwrite=True)
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_file_cannot_serve_as_a_folder(tmp_path, overwrite):
    (tmp_path / "file").write_bytes(OLD)
    with pytest.raises(OutputError, match="Not a directory") as caught:
        write(tmp_path / "file" / "sea.gcx", SEA, overwrite=overwrite)
    assert caught.type is OutputError  # it does not exist, so overwriting is no remedy
    assert (tmp_path / "file").read_bytes() == OLD


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", ["a\0b", "a" * 300, "/proc/sea.gcx"])
def test_a_name_that_cannot_be_is_an_output_error(tmp_path, name, overwrite):
    with pytest.raises(OutputError, match="cannot be written") as caught:
        write(tmp_path / name, SEA, overwrite=overwrite)
    assert caught.type is OutputError
    assert names(tmp_path) == []


@pytest.mark.parametrize("letter", ["a", "\u6d77", "\U0001f3e0"])
def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path, letter):
    name = letter * (255 // len(letter.encode()))
    write(tmp_path / name, SEA)
    assert names(tmp_path) == [name]


def test_a_descriptor_that_does_not_fit_leaves_no_file(tmp_path):
    large = Descriptor(
        width=1, height=1, coded_text=SEA.coded_text, unknown=(AncillaryChunk(9, bytes(1 << 21)),)
    )
    with pytest.raises(ArgumentError):
        write(tmp_path / "a" / "sea.gcx", large)
    assert names(tmp_path) == []


FULL_DISK = """
import resource, signal, sys
from gcx_format import OutputError
from gcx_format.files import write_atomically

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomically(sys.argv[1], bytes(5000), overwrite=True)
except OutputError as error:
    print(error)
"""


def test_when_the_disk_is_full_the_old_file_stays_and_nothing_else_does(tmp_path):
    path = tmp_path / "sea.gcx"
    path.write_bytes(OLD)
    command = [sys.executable, "-c", FULL_DISK, path]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert answer.stdout.strip() == f"{path}: it cannot be written: File too large"
    assert path.read_bytes() == OLD
    assert names(tmp_path) == ["sea.gcx"]


KILLED = """
import os, sys
from pathlib import Path
from gcx_format.files import write_atomically

os.fsync = lambda descriptor: os.kill(os.getpid(), 9)
write_atomically(sys.argv[1], b"new", overwrite=True)
"""


def test_when_the_program_is_killed_the_old_file_stays(tmp_path):
    path = tmp_path / "sea.gcx"
    path.write_bytes(OLD)
    killed = subprocess.run([sys.executable, "-c", KILLED, path], check=False, timeout=60)
    assert killed.returncode == -9
    assert path.read_bytes() == OLD


def test_an_interruption_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupt(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "sea.gcx", b"new")
    assert names(tmp_path) == []


def test_a_file_that_appears_meanwhile_is_not_written_over(tmp_path, monkeypatch):
    path = tmp_path / "sea.gcx"
    monkeypatch.setattr(os, "fsync", lambda descriptor: path.write_bytes(OLD))
    with pytest.raises(OutputExistsError):
        write_atomically(path, b"new")
    assert path.read_bytes() == OLD
    assert names(tmp_path) == ["sea.gcx"]


def test_without_hard_links_a_file_is_written_all_the_same(tmp_path, monkeypatch):
    def no_links(self, target):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    write_atomically(tmp_path / "sea.gcx", b"new")
    assert (tmp_path / "sea.gcx").read_bytes() == b"new"
    assert names(tmp_path) == ["sea.gcx"]


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path):
    (tmp_path / "other").write_bytes(b"")
    write(tmp_path / "sea.gcx", SEA)
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
class TestPermissions:
    def test_a_replaced_file_keeps_its_own(self, tmp_path):
        write(tmp_path / "sea.gcx", SEA)
        for mode in (0o600, 0o640, 0o664):
            (tmp_path / "sea.gcx").chmod(mode)
            write(tmp_path / "sea.gcx", SEA, overwrite=True)
            assert (tmp_path / "sea.gcx").stat().st_mode & 0o777 == mode

    def test_a_read_only_file_is_not_replaced(self, tmp_path):
        (tmp_path / "sea.gcx").write_bytes(b"precious")
        (tmp_path / "sea.gcx").chmod(0o444)
        with pytest.raises(OutputError, match="read-only"):
            write(tmp_path / "sea.gcx", SEA, overwrite=True)
        assert (tmp_path / "sea.gcx").read_bytes() == b"precious"
        assert [path.name for path in tmp_path.iterdir()] == ["sea.gcx"]
