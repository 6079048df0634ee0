"""The entry for `file` recognises .gcx files and nothing else."""

import shutil
import subprocess
from pathlib import Path

import pytest

SPEC = Path(__file__).parents[2] / "spec"
VALID = sorted((SPEC / "vectors" / "valid").glob("*.gcx"))


def ask(paths, *options):
    """What `file` prints for each path, with this entry alone."""
    program = shutil.which("file")
    assert program, "the program `file` is missing: on Debian, apt-get install file"
    command = [program, "--brief", "--magic-file", SPEC / "gcx.magic", *options, *paths]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not answer.stderr
    return answer.stdout.splitlines()


def describe(name):
    return ask([SPEC / "vectors" / f"{name}.gcx"])[0]


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("valid/text", "GCX photograph descriptor, version 1, RGB, words"),
        ("valid/model-sentence", "GCX photograph descriptor, version 1, RGB, words"),
        ("valid/model-both", "GCX photograph descriptor, version 1, RGB, words and more"),
        ("valid/text-grey", "GCX photograph descriptor, version 1, L, words"),
        ("valid/av1-text", "GCX photograph descriptor, version 1, RGB, words and more"),
        ("valid/av1-grey", "GCX photograph descriptor, version 1, L, visual condition"),
        ("valid/msillm-7", "GCX photograph descriptor, version 1, RGB, visual condition"),
        ("valid/size-16385x1", "GCX photograph descriptor, version 1, RGB, words"),
        ("valid/size-2e30x1", "GCX photograph descriptor, version 1, L, visual condition"),
    ],
)
def test_a_description_names_the_version_the_mode_and_the_first_chunk(name, description):
    assert describe(name) == description


def test_every_valid_vector_is_recognised():
    assert set(ask(VALID, "--mime-type")) == {"image/x-gcx"}
    assert set(ask(VALID, "--extension")) == {"gcx"}
    assert all(answer.startswith("GCX photograph descriptor") for answer in ask(VALID))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GCX",
        b"GCX is three letters, and this is a text\n",
        b"GCX@a text again,\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"gcx\x40\xff\xc2\xff\x81",
        b"GCX\x80\xff\xc2\xff\x81\x78\xda",
        b"GCX\x00\xff\xc2\xff\x81\x78\xda",
        b"GCX\x40\xff\xc2\xff\xc2note",
    ],
    ids=["nothing", "magic", "text", "text-2", "PNG", "lower", "version 2", "version 0", "note"],
)
def test_other_files_are_not_recognised(tmp_path, content):
    path = tmp_path / "other"
    path.write_bytes(content)
    assert "GCX" not in ask([path])[0]
    assert ask([path], "--mime-type") != ["image/x-gcx"]


def test_the_entry_compiles_without_a_warning(tmp_path):
    program = shutil.which("file")
    command = [program, "--compile", "--magic-file", SPEC / "gcx.magic"]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert answer.stderr == ""
    assert (tmp_path / "gcx.magic.mgc").is_file()
