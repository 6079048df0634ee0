"""`gcx encode`."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

import gcx_format
from installing import write_distribution

WORDS = "A red house by the sea."
WITHOUT_PICTURE = ("--visual", "none", "--text-from", "metadata")
"""The quickest way to encode; the photographs of these tests have words in them."""


PATIENT = """
import itertools, time
from pathlib import Path
from gcx_format.describe.describer import Answer, Describer

calls = itertools.count(1)


class Patient(Describer):
    name = title = "patient"

    def describe(self, picture, limit, call):
        number = next(calls)
        if number > 4:
            Path(f"waiting-{number}").touch()
            while not Path("go").exists():
                time.sleep(0.01)
        return Answer("A red house")
"""
"""A describer whose calls, from the fifth on, end when the test says so."""


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class TestOnePhotograph:
    def test_is_written_beside_itself_and_told_of_in_four_lines(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.jpg", (320, 240))

        ran = gcx("encode", path, "--text", WORDS)

        written = tmp_path / "sea.gcx"
        descriptor = gcx_format.read(written)
        payload = len(descriptor.visual.payload)
        bytes = written.stat().st_size
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.splitlines() == [
            f"{written}: {bytes} bytes, {8 * bytes / 76800:.4g} bits per pixel",
            f"  words: {len(descriptor.coded_text.payload)} bytes, model",
            f"  visual condition: {payload} bytes, AV1, 40 x 30 at scale 8",
            f"  overhead: {bytes - payload - len(descriptor.coded_text.payload)} bytes",
        ]
        assert descriptor.size == (320, 240)
        assert descriptor.text == WORDS

    def test_is_written_to_the_file_that_out_names(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.jpg")
        assert gcx("encode", path, *WITHOUT_PICTURE, "-o", tmp_path / "new" / "a.bin").code == 0
        assert names(tmp_path) == ["new/a.bin", "sea.jpg"]

    @pytest.mark.parametrize("ending", ["", "/"])
    def test_is_written_into_the_folder_that_out_names(self, gcx, photo, tmp_path, ending):
        path = photo(tmp_path / "sea.jpg")
        if not ending:
            (tmp_path / "out").mkdir()
        assert gcx("encode", path, *WITHOUT_PICTURE, "-o", f"{tmp_path}/out{ending}").code == 0
        assert names(tmp_path) == ["out/sea.gcx", "sea.jpg"]

    def test_is_not_encoded_where_its_output_exists(self, gcx, photo, tmp_path, folder_state):
        path = photo(tmp_path / "sea.jpg")
        (tmp_path / "sea.gcx").write_bytes(b"precious")
        before = folder_state(tmp_path)

        ran = gcx("encode", path, *WITHOUT_PICTURE)

        message = f"gcx: {tmp_path / 'sea.gcx'}: it exists already; --force overwrites it\n"
        assert (ran.code, ran.out, ran.err) == (1, "", message)
        assert folder_state(tmp_path) == before

    def test_is_encoded_over_its_output_with_force(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.jpg")
        (tmp_path / "sea.gcx").write_bytes(b"stale")
        assert gcx("encode", path, *WITHOUT_PICTURE, "--force").code == 0
        assert gcx_format.read(tmp_path / "sea.gcx").text == WORDS

    @pytest.mark.parametrize("out", [[], ["-o", "picture.gcx"]])
    def test_is_never_overwritten_itself(
        self, gcx, photo, tmp_path, monkeypatch, folder_state, out
    ):
        photo(tmp_path / "picture.png").rename(tmp_path / "picture.gcx")
        monkeypatch.chdir(tmp_path)
        before = folder_state(tmp_path)

        ran = gcx("encode", "picture.gcx", "--force", *out)

        assert ran.code == 1
        assert ran.err == "gcx: picture.gcx: this is also an input; name another output with -o\n"
        assert folder_state(tmp_path) == before

    def test_is_not_overwritten_through_a_link_either(self, gcx, photo, tmp_path, folder_state):
        path = photo(tmp_path / "sea.jpg")
        (tmp_path / "link.gcx").symlink_to(path)
        before = folder_state(tmp_path)
        assert gcx("encode", path, "-o", tmp_path / "link.gcx", "--force").code == 1
        assert folder_state(tmp_path) == before

    def test_that_is_missing_is_said(self, gcx, tmp_path):
        ran = gcx("encode", tmp_path / "sea.jpg")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err == f"gcx: {tmp_path / 'sea.jpg'}: there is no such file\n"
        assert names(tmp_path) == []


class TestOptions:
    def test_a_budget_in_bytes_is_kept(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.png", (640, 480))
        assert gcx("encode", path, "--visual-bytes", 150).code == 0
        assert 75 < len(gcx_format.read(tmp_path / "sea.gcx").visual.payload) <= 150

    def test_a_budget_in_bits_per_pixel_is_kept(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.png", (640, 480))
        assert gcx("encode", path, "--bpp", "0.005", "--text", WORDS).code == 0
        assert 96 < (tmp_path / "sea.gcx").stat().st_size <= 192

    def test_a_budget_too_small_is_said_and_nothing_written(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.png", (640, 480))
        ran = gcx("encode", path, "--bpp", "0.0001")
        assert ran.code == 1
        assert ran.err.startswith(f"gcx: {path}: 0.0001 bits per pixel are 3 bytes")
        assert names(tmp_path) == ["sea.png"]

    def test_the_scale_is_the_one_asked_for(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.png", (320, 240))
        assert gcx("encode", path, "--scale", 16).code == 0
        descriptor = gcx_format.read(tmp_path / "sea.gcx")
        assert descriptor.visual.scale == 16
        assert descriptor.condition_size == (20, 15)

    def test_hash_and_note_are_kept(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.jpg")
        ran = gcx("encode", path, *WITHOUT_PICTURE, "--hash", "--note", "from roll 7")
        assert ran.code == 0
        assert "  hash: 32 bytes\n  note: 11 bytes\n  overhead: " in ran.out
        descriptor = gcx_format.read(tmp_path / "sea.gcx")
        assert descriptor.original_sha256 == hashlib.sha256(path.read_bytes()).digest()
        assert descriptor.note == "from roll 7"
        assert descriptor.encoder is None

    def test_words_come_from_a_file(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.png")
        text = tmp_path / "words.txt"
        text.write_bytes(b"\xef\xbb\xbf  Ein rotes Haus\r\nam Meer \xf0\x9f\x8f\xa0.\n")
        assert gcx("encode", path, "--visual", "none", "--text-file", text).code == 0
        assert gcx_format.read(tmp_path / "sea.gcx").text == "Ein rotes Haus\nam Meer 🏠."

    def test_words_come_from_the_metadata(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.jpg", comment="A lighthouse at dusk")
        assert gcx("encode", path, "--text-from", "metadata").code == 0
        assert gcx_format.read(tmp_path / "sea.gcx").text == "A lighthouse at dusk"

    def test_a_photograph_without_words_is_encoded_without(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.png")
        assert gcx("encode", path, "--text-from", "metadata").code == 0
        assert gcx_format.read(tmp_path / "sea.gcx").text is None

    def test_a_photograph_of_which_nothing_would_be_left_fails(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.png")
        ran = gcx("encode", path, *WITHOUT_PICTURE)
        assert ran.code == 1
        assert ran.err.startswith(f"gcx: {path}: nothing would be left of the picture")
        assert names(tmp_path) == ["sea.png"]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["--text", "a", "--text-from", "metadata"], "give one of --text, --text-file and"),
            (
                ["--visual-bytes", "9", "--bpp", "1"],
                "a budget is in bytes of the visual condition or in bits per pixel, not both",
            ),
            (["--visual", "none"], "--visual none needs --text"),
            (["--visual", "none", "--text", "a", "--scale", "9"], "are for a visual condition"),
            (["--text", "  "], "the text is empty"),
            (["--text", "a\x1b[31mb"], "the text has the control character U+001B as character 2"),
            (["--text-file", "/nowhere"], "--text-file cannot be read: No such file or directory"),
            (["--text-file", "sea.png"], "--text-file is not UTF-8: invalid byte at 0"),
            (["--note", "n" * 5000], "the note has 5000 bytes as UTF-8; 4096 are allowed"),
            (["--scale", "8.3"], "scale 8.3 cannot be stored; the nearest are 8 and 8.5"),
            (["--scale", "nan"], "scale is a finite number, not nan"),
            (["--scale", "much"], "'--scale'"),
            (["--bpp", "0"], "a rate is above 0 and at most 24 bits per pixel, not 0"),
            (["--visual-bytes", "0"], "'--visual-bytes'"),
            (["--visual", "jpeg"], "'--visual'"),
            (["--effort", "great"], "'--effort'"),
            (["-o", "other.png", "more.png"], "this is a file; several pictures need a folder"),
            ([""], "the name of a file or folder is empty"),
        ],
    )
    def test_what_cannot_be_meant_is_said_in_one_line_and_nothing_done(
        self, gcx, photo, tmp_path, monkeypatch, options, message
    ):
        monkeypatch.chdir(tmp_path)
        for name in ("sea.png", "other.png", "more.png"):
            photo(tmp_path / name)

        ran = gcx("encode", "sea.png", *options)

        assert ran.code == (1 if "-o" in options else 2)
        assert ran.out == ""
        assert ran.err.startswith("gcx: ")
        assert ran.err.count("\n") == 1
        assert message in ran.err
        assert names(tmp_path) == ["more.png", "other.png", "sea.png"]


class TestFolders:
    def test_are_mirrored_into_out_with_only_their_pictures(self, gcx, photo, tmp_path):
        photos = tmp_path / "photos"
        photo(photos / "a.jpg")
        photo(photos / "deep" / "er" / "b.JPG")
        photo(photos / ".hidden.jpg")
        photo(photos / ".thumbnails" / "c.jpg")
        (photos / "notes.txt").write_text("not a picture")
        (photos / "old.gcx").write_bytes(b"")

        ran = gcx("encode", photos, "-o", tmp_path / "out", *WITHOUT_PICTURE)

        assert (ran.code, ran.err) == (0, "gcx: left out: 1 .txt\n")
        assert names(tmp_path / "out") == ["a.gcx", "deep/er/b.gcx"]
        assert ran.out == (
            "encoded 2, skipped 0, failed 0; "
            f"{sum(path.stat().st_size for path in (tmp_path / 'out').rglob('*.gcx'))} bytes, "
            f"on average {8 * (tmp_path / 'out/a.gcx').stat().st_size / 6144:.4g} bits per pixel\n"
        )

    def test_have_the_descriptors_beside_the_photographs_without_out(self, gcx, photo, tmp_path):
        photo(tmp_path / "a.jpg")
        photo(tmp_path / "deep" / "b.jpg")
        assert gcx("encode", tmp_path, *WITHOUT_PICTURE).code == 0
        assert names(tmp_path) == ["a.gcx", "a.jpg", "deep/b.gcx", "deep/b.jpg"]

    def test_that_link_to_themselves_are_walked_once(self, gcx, photo, tmp_path):
        photo(tmp_path / "photos" / "a.jpg")
        (tmp_path / "photos" / "loop").symlink_to(tmp_path / "photos")
        assert (
            gcx("encode", tmp_path / "photos", "-o", tmp_path / "out", *WITHOUT_PICTURE).code == 0
        )
        assert names(tmp_path / "out") == ["a.gcx"]

    def test_are_gone_on_with_where_a_run_stopped(self, gcx, photo, tmp_path, folder_state):
        for name in "abc":
            photo(tmp_path / "photos" / f"{name}.jpg")
        run = ("encode", tmp_path / "photos", "-o", tmp_path / "out", *WITHOUT_PICTURE)
        gcx(*run)
        (tmp_path / "out" / "b.gcx").unlink()
        same_time = (tmp_path / "photos" / "a.jpg").stat().st_mtime_ns
        os.utime(tmp_path / "out" / "a.gcx", ns=(same_time, same_time))
        before = folder_state(tmp_path / "out")

        ran = gcx(*run)

        assert ran.code == 0
        assert ran.out.startswith("encoded 1, skipped 2, failed 0; ")
        after = folder_state(tmp_path / "out")
        assert after.pop("b.gcx")
        assert after == before

    def test_have_photographs_encoded_again_that_are_newer_than_their_descriptor(
        self, gcx, photo, tmp_path
    ):
        path = photo(tmp_path / "a.jpg")
        photo(tmp_path / "b.jpg")
        gcx("encode", tmp_path, *WITHOUT_PICTURE)
        photo(path, comment="Another house")
        os.utime(path, (time.time() + 10,) * 2)

        ran = gcx("encode", tmp_path, *WITHOUT_PICTURE)

        assert ran.out.startswith("encoded 1, skipped 1, failed 0; ")
        assert gcx_format.read(tmp_path / "a.gcx").text == "Another house"

    def test_keep_full_names_where_stems_would_meet(self, gcx, photo, tmp_path):
        photos = tmp_path / "photos"
        for name in ("a.jpg", "a.webp", "A.JPG", "b.jpg", "deep/a.jpg"):
            photo(photos / name)
        gcx("encode", photos, "-o", tmp_path / "out", "--scale", 8)
        assert names(tmp_path / "out") == [
            "A.JPG.gcx", "a.jpg.gcx", "a.webp.gcx", "b.gcx", "deep/a.gcx",
        ]  # fmt: skip

    def test_keep_full_names_where_a_full_name_meets_a_stem(self, gcx, photo, tmp_path):
        photos = tmp_path / "photos"
        for name in ("a.jpg", "a.png", "a.jpg.png"):
            photo(photos / name)
        gcx("encode", photos, "-o", tmp_path / "out")
        assert names(tmp_path / "out") == ["a.jpg.gcx", "a.jpg.png.gcx", "a.png.gcx"]

    def test_without_pictures_are_said(self, gcx, tmp_path):
        ran = gcx("encode", tmp_path)
        assert (ran.code, ran.err) == (1, f"gcx: {tmp_path}: no pictures in this folder\n")

    def test_are_not_stopped_by_one_bad_photograph(self, gcx, photo, tmp_path):
        photo(tmp_path / "a.jpg")
        (tmp_path / "b.jpg").write_bytes(b"")
        (tmp_path / "c.png").mkdir()
        (tmp_path / "d.png").symlink_to("nowhere")
        photo(tmp_path / "e.jpg")

        ran = gcx("encode", tmp_path, *WITHOUT_PICTURE)

        assert ran.code == 1
        empty, dangling = ran.err.splitlines()
        assert empty.startswith(
            f"gcx: {tmp_path / 'b.jpg'}: this is not a picture in a supported format"
        )
        assert (
            dangling == f"gcx: {tmp_path / 'd.png'}: this is a link to a file that does not exist"
        )
        assert ran.out.startswith("encoded 2, skipped 0, failed 2; ")
        assert names(tmp_path) == ["a.gcx", "a.jpg", "b.jpg", "e.gcx", "e.jpg"]

    def test_are_not_given_one_text_for_all(self, gcx, photo, tmp_path):
        photo(tmp_path / "a.jpg")
        photo(tmp_path / "b.jpg")
        ran = gcx("encode", tmp_path, "--text", WORDS)
        assert ran.code == 2
        assert "one text cannot describe 2 pictures" in ran.err
        assert names(tmp_path) == ["a.jpg", "b.jpg"]

    def test_of_one_photograph_may_have_a_text(self, gcx, photo, tmp_path):
        photo(tmp_path / "a.jpg", comment=None)
        assert gcx("encode", tmp_path, "--text", WORDS, "--visual", "none").code == 0
        assert gcx_format.read(tmp_path / "a.gcx").text == WORDS

    def test_with_pipes_in_them_are_not_waited_for(self, gcx, photo, tmp_path):
        photo(tmp_path / "a.jpg")
        os.mkfifo(tmp_path / "b.jpg")
        assert gcx("encode", tmp_path, *WITHOUT_PICTURE).code == 0


class TestOutput:
    def test_is_a_json_object_a_file(self, gcx, photo, tmp_path):
        photo(tmp_path / "a.jpg")
        photo(tmp_path / "b.jpg")
        gcx("encode", tmp_path, *WITHOUT_PICTURE)
        (tmp_path / "a.gcx").unlink()
        (tmp_path / "c.jpg").write_bytes(b"GIF?")

        ran = gcx("encode", tmp_path, *WITHOUT_PICTURE, "--json")

        records = {Path(line["photo"]).name: line for line in map(json.loads, ran.out.splitlines())}
        assert ran.code == 1
        assert records["b.jpg"] == {
            "photo": str(tmp_path / "b.jpg"),
            "file": str(tmp_path / "b.gcx"),
            "status": "skipped",
        }
        assert (
            records["c.jpg"].pop("error").startswith("this is not a picture in a supported format")
        )
        assert records["c.jpg"] == {
            "photo": str(tmp_path / "c.jpg"),
            "file": None,
            "status": "failed",
        }
        encoded = records["a.jpg"]
        assert encoded["status"] == "encoded"
        assert encoded["file_bytes"] == (tmp_path / "a.gcx").stat().st_size
        assert (encoded["width"], encoded["height"], encoded["text"]) == (96, 64, WORDS)
        assert encoded["visual_codec"] is None

    def test_is_a_line_of_warning_for_what_is_not_kept(self, gcx, tmp_path):
        path = tmp_path / "glass.png"
        Image.new("RGBA", (16, 16), (0, 0, 0, 99)).save(path)
        ran = gcx("encode", path, "--visual", "none", "--text", "x")
        assert ran.code == 0
        assert ran.err == f"gcx: {path}: warning: transparency is not kept: it is laid on white\n"

    def test_names_the_file_of_every_warning_among_many(self, gcx, tmp_path):
        for name in "abcdef":
            Image.new("RGBA", (16, 16), (0, 0, 0, 99)).save(tmp_path / f"{name}.png")
        ran = gcx("encode", tmp_path, "--describe", "none")
        assert sorted(ran.err.splitlines()) == [
            f"gcx: {tmp_path / name}.png: warning: transparency is not kept: it is laid on white"
            for name in "abcdef"
        ]

    def test_is_nothing_when_quiet_and_all_is_well(self, gcx, tmp_path):
        for name in "ab":
            Image.new("RGBA", (16, 16), (0, 0, 0, 99)).save(tmp_path / f"{name}.png")
        assert gcx("encode", tmp_path, "--quiet").code == 0
        (tmp_path / "c.png").write_bytes(b"")
        ran = gcx("encode", tmp_path, "--quiet", "--json")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"gcx: {tmp_path / 'c.png'}: this is not a picture")
        assert ran.err.count("\n") == 1


class TestTrouble:
    @pytest.mark.parametrize("out", ["blocked/sub/a.gcx", "blocked/"])
    def test_an_output_that_cannot_be_made_is_said(self, gcx, photo, tmp_path, out):
        path = photo(tmp_path / "a.jpg")
        (tmp_path / "blocked").write_bytes(b"a file, not a folder")
        ran = gcx("encode", path, *WITHOUT_PICTURE, "-o", f"{tmp_path}/{out}")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"gcx: {tmp_path}/blocked")
        assert ran.err.count("\n") == 1
        assert names(tmp_path) == ["a.jpg", "blocked"]

    def test_a_full_disk_leaves_nothing_half_written(self, program, photo, tmp_path):
        photo(tmp_path / "a.jpg")
        photo(tmp_path / "b.jpg")

        ran = program(
            *("encode", tmp_path, *WITHOUT_PICTURE),
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10)),
        )

        assert ran.returncode == 1
        assert ran.stderr.decode().splitlines() == [
            f"gcx: {tmp_path / name}.gcx: it cannot be written: File too large" for name in "ab"
        ]
        assert ran.stdout.decode().startswith("encoded 0, skipped 0, failed 2")
        assert names(tmp_path) == ["a.jpg", "b.jpg"]

    def test_ctrl_c_keeps_what_is_finished_and_nothing_half_written(
        self, environment, photo, tmp_path
    ):
        first = photo(tmp_path / "photos" / "000.jpg", (320, 240))
        for number in range(1, 100):
            (first.parent / f"{number:03}.jpg").hardlink_to(first)
        entry = {"gcx.describers": {"patient": "gcx_patient_for_tests:Patient"}}
        write_distribution(tmp_path / "site", "gcx-patient", "1.0", entry)
        (tmp_path / "site" / "gcx_patient_for_tests.py").write_text(PATIENT)
        search = os.pathsep.join([environment["PYTHONPATH"], str(tmp_path / "site")])
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gcx_format", "encode", "photos", "-o", "out"),
                *("--describe", "patient", "--concurrency", "2"),
            ],
            cwd=tmp_path,
            env=environment | {"PYTHONPATH": search},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            # The first four are done, two wait for us, and all others wait for those.
            while len(list(tmp_path.glob("waiting-*"))) < 2 and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            heard = process.stderr.readline()
            (tmp_path / "go").touch()
            out, err = process.communicate(timeout=60)

        assert process.returncode == 130
        assert out == ""
        assert heard == "gcx: finishing the files in progress; Ctrl-C again stops at once\n"
        assert err == "gcx: interrupted: 6 done, 94 left\n"
        assert names(tmp_path / "out") == [f"{number:03}.gcx" for number in range(6)]
        for name in names(tmp_path / "out"):
            assert gcx_format.read(tmp_path / "out" / name).text == "A red house"


def test_a_photograph_that_is_cut_short_is_salvaged_where_that_is_asked_for(gcx, tmp_path):
    path = tmp_path / "cut.jpg"
    Image.effect_noise((200, 120), 60).save(path)
    path.write_bytes(path.read_bytes()[:9000])
    refused = gcx("encode", path, "--describe", "none")
    assert refused.code == 1
    assert "the picture is cut short; `gcx encode --salvage` encodes what" in refused.err
    salvaged = gcx("encode", path, "--describe", "none", "--salvage")
    assert salvaged.code == 0
    assert "warning: the file is cut short; what is missing is grey" in salvaged.err
    assert gcx_format.read(tmp_path / "cut.gcx").size == (200, 120)
