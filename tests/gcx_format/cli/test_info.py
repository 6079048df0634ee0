"""`gcx info`."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import pytest

import gcx_format
from gcx_format import AncillaryChunk


@pytest.fixture
def full_file(tmp_path, picture_file):
    """A descriptor that has all there is."""
    descriptor = gcx_format.read(picture_file)
    path = tmp_path / "full.gcx"
    gcx_format.write(
        path,
        dataclasses.replace(
            descriptor,
            original_sha256=bytes(range(32)),
            note="from roll 7",
            encoder="gcx 9",
            unknown=(AncillaryChunk(33, b"12345"),),
        ),
    )
    return path


def test_shows_every_field_and_every_byte(gcx, words_file):
    ran = gcx("info", words_file)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{words_file}\n"
        "  picture           40 x 30, colour\n"
        "  file              43 bytes, 0.2867 bits per pixel\n"
        "  words             31 bytes, zlib\n"
        "  visual condition  none\n"
        "  overhead          12 bytes\n"
        "\n"
        "  A red house by the sea.\n"
        "\n"
        "  offset  size  payload  overhead  chunk\n"
        "       0     3        0         3  magic\n"
        "       3     4        0         4  header\n"
        "       7    32       31         1  text (zlib)\n"
        "      39     4        0         4  CRC-32\n"
    )


def test_shows_what_is_seldom_there(gcx, full_file):
    lines = gcx("info", full_file).out.splitlines()
    payload = len(gcx_format.read(full_file).visual.payload)
    assert f"  visual condition  {payload} bytes, AV1, 24 x 16 at scale 4" in lines
    assert f"  original SHA-256  {bytes(range(32)).hex()}" in lines
    assert "  note              from roll 7" in lines
    assert "  encoder           gcx 9" in lines
    assert "  unknown chunks    type 33, 5 bytes" in lines


def test_prints_json_with_all_there_is(gcx, full_file):
    descriptor = gcx_format.read(full_file)
    known = json.loads(gcx("info", "--json", full_file).out)
    chunks = known.pop("chunks")
    size = full_file.stat().st_size
    assert known == {
        "file": str(full_file),
        "width": 96,
        "height": 64,
        "mode": "RGB",
        "file_bytes": size,
        "bits_per_pixel": 8 * size / 6144,
        "overhead_bytes": sum(chunk["overhead"] for chunk in chunks),
        "text": "A red house by the sea.",
        "text_coding": "zlib",
        "text_bytes": 31,
        "visual_codec": "av1",
        "visual_quality": None,
        "visual_bytes": len(descriptor.visual.payload),
        "scale": 4,
        "condition_width": 24,
        "condition_height": 16,
        "original_sha256": bytes(range(32)).hex(),
        "note": "from roll 7",
        "encoder": "gcx 9",
        "unknown_chunks": [{"type": 33, "bytes": 5}],
    }
    assert [chunk["name"] for chunk in chunks] == [
        "magic", "header", "text (zlib)", "visual (AV1)",
        "original SHA-256", "note", "encoder", "ancillary 0x21", "CRC-32",
    ]  # fmt: skip
    assert sum(chunk["size"] for chunk in chunks) == size
    assert chunks[5] == {
        "name": "note",
        "offset": chunks[5]["offset"],
        "size": 13,
        "payload": 11,
        "overhead": 2,
    }


def test_prints_null_for_what_is_not_there(gcx, words_file):
    known = json.loads(gcx("info", "--json", words_file).out)
    absent = [key for key, value in known.items() if value is None]
    assert absent == [
        "visual_codec", "visual_quality", "scale", "condition_width", "condition_height",
        "original_sha256", "note", "encoder",
    ]  # fmt: skip


def test_goes_on_after_a_bad_file(gcx, words_file, tmp_path):
    ran = gcx("info", "--json", tmp_path / "nowhere.gcx", words_file)
    bad, good = map(json.loads, ran.out.splitlines())
    assert ran.code == 1
    assert bad == {"file": str(tmp_path / "nowhere.gcx"), "error": "there is no such file"}
    assert good["width"] == 40
    assert ran.err == f"gcx: {tmp_path / 'nowhere.gcx'}: there is no such file\n"


def test_separates_files_by_an_empty_line(gcx, words_file, picture_file):
    out = gcx("info", picture_file, words_file).out
    assert out.count(f"\n\n{words_file}\n") == 1


def test_takes_folders(gcx, words_file, picture_file, tmp_path):
    ran = gcx("info", tmp_path, words_file, "--json")
    files = [json.loads(line)["file"] for line in ran.out.splitlines()]
    assert (ran.code, files) == (0, [str(picture_file), str(words_file)])
    assert ran.err == f"gcx: named twice, done once: {words_file}\n"
    words_file.unlink(), picture_file.unlink()
    ran = gcx("info", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"gcx: {tmp_path}: no .gcx files in this folder\n"


def test_does_not_break_long_texts_where_stdout_is_no_terminal(gcx, tmp_path, photo):
    path = tmp_path / "long.gcx"
    text = "word " * 200 + "end"
    gcx_format.write(path, gcx_format.encode(photo(tmp_path / "a.png"), text=text, visual="none"))
    assert f"\n  {text}\n" in gcx("info", path).out


def test_starts_without_what_it_does_not_need(environment, words_file):
    script = (
        "import sys; from gcx_format.cli import main; "
        f"code = main(['info', '--json', {str(words_file)!r}]); "
        "commands = ['archive', 'decode', 'doctor', 'encode', 'info', 'verify']; "
        "print(code, sorted({'PIL', 'numpy', 'rich'} & {*sys.modules}), "
        "[name for name in commands if f'gcx_format.cli.{name}' in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True)
    assert ran.stderr.decode() == "0 [] ['info']\n"
