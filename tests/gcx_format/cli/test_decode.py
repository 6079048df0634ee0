"""`gcx decode`."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time

import pytest
from PIL import Image

import gcx_format
from openai_server.drawing import shows

WORDS = "A red house by the sea."

ENHANCED = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


MODEL = "gpt-4o-2024-08-06"
TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


@pytest.fixture(autouse=True)
def preview_unless_said_otherwise(monkeypatch):
    """What most of these tests are about needs no model."""
    monkeypatch.setenv("GCX_GENERATOR", "preview")


def xmp_of(path) -> str:
    with Image.open(path) as image:
        packet = image.info.get("xmp", b"")
    return packet.decode()


def test_makes_a_png_beside_the_descriptor(gcx, picture_file, tmp_path):
    ran = gcx("decode", picture_file)
    written = tmp_path / "picture.png"
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{written}: 96 x 64, preview from the visual condition\n"
    with Image.open(written) as image:
        assert (image.format, image.size, image.mode) == ("PNG", (96, 64), "RGB")


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.png", "PNG"),
        ("a.jpg", "JPEG"),
        ("a.WEBP", "WEBP"),
        ("a.avif", "AVIF"),
        ("a.tiff", "TIFF"),
    ],
)
def test_writes_the_format_of_the_extension_and_marks_the_picture(
    gcx, picture_file, tmp_path, name, format
):
    out = tmp_path / "new" / name
    assert gcx("decode", picture_file, "-o", out).code == 0
    with Image.open(out) as image:
        assert (image.format, image.size) == (format, (96, 64))
    packet = xmp_of(out)
    assert f"DigitalSourceType>{ENHANCED}<" in packet
    assert f"CreatorTool>gcx {gcx_format.__version__} (preview)<" in packet


def test_marks_a_card_of_words_as_made_by_an_algorithm_alone(gcx, words_file, tmp_path):
    ran = gcx("decode", words_file)
    assert ran.out == f"{tmp_path / 'words.png'}: 40 x 30, preview from the words on a card\n"
    assert f"DigitalSourceType>{ALGORITHMIC}<" in xmp_of(tmp_path / "words.png")


def test_warns_where_the_format_cannot_hold_the_mark(gcx, words_file, tmp_path):
    ran = gcx("decode", words_file, "-o", tmp_path / "a.bmp")
    assert ran.code == 0
    assert ran.err == (
        f"gcx: {words_file}: warning: "
        "BMP cannot say that no camera recorded this picture; PNG can\n"
    )


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.pdf", "a.gcx"])
def test_does_not_guess_a_format(gcx, words_file, tmp_path, name):
    ran = gcx("decode", words_file, "-o", tmp_path / name)
    assert ran.code == 2
    assert "no picture format has the extension" in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / name).exists()


def test_says_what_the_format_cannot_hold(gcx, tmp_path):
    path = tmp_path / "wide.gcx"
    wide = Image.new("L", (20000, 2))
    gcx_format.write(path, gcx_format.encode(wide, text="A line.", visual="none"))
    ran = gcx("decode", path, "-o", tmp_path / "wide.webp")
    assert ran.code == 1
    assert ran.err.startswith(f"gcx: {tmp_path / 'wide.webp'}: WebP cannot hold this picture of ")
    assert not (tmp_path / "wide.webp").exists()


def test_leaves_an_existing_output_alone(gcx, words_file, tmp_path, folder_state):
    (tmp_path / "words.png").write_bytes(b"precious")
    before = folder_state(tmp_path)
    ran = gcx("decode", words_file)
    assert ran.code == 1
    assert ran.err == f"gcx: {tmp_path / 'words.png'}: it exists already; --force overwrites it\n"
    assert folder_state(tmp_path) == before
    assert gcx("decode", words_file, "--force").code == 0
    with Image.open(tmp_path / "words.png") as image:
        assert image.size == (40, 30)


def test_never_overwrites_the_descriptor(gcx, words_file, folder_state, tmp_path):
    (tmp_path / "words.png").symlink_to(words_file)
    before = folder_state(tmp_path)
    assert gcx("decode", words_file, "--force").code == 1
    assert folder_state(tmp_path) == before


class TestFolders:
    @pytest.fixture
    def descriptors(self, words_file, tmp_path):
        for name in ("in/a.gcx", "in/deep/b.GCX", "in/.hidden.gcx", "in/c.txt"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(words_file.read_bytes())
        return tmp_path / "in"

    def test_are_mirrored(self, gcx, descriptors, tmp_path):
        ran = gcx("decode", descriptors, "-o", tmp_path / "out")
        assert (ran.code, ran.out) == (0, "decoded 2, skipped 0, failed 0\n")
        made = sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
        assert made == [tmp_path / "out/a.png", tmp_path / "out/deep/b.png"]

    def test_are_gone_on_with(self, gcx, descriptors, tmp_path, folder_state):
        gcx("decode", descriptors, "-o", tmp_path / "out")
        (tmp_path / "out" / "a.png").unlink()
        before = folder_state(tmp_path / "out")
        ran = gcx("decode", descriptors, "-o", tmp_path / "out")
        assert (ran.code, ran.out) == (0, "decoded 1, skipped 1, failed 0\n")
        after = folder_state(tmp_path / "out")
        assert after.pop("a.png")
        assert after == before

    def test_never_lose_an_older_picture_that_may_be_the_original(
        self, gcx, descriptors, folder_state
    ):
        original = descriptors / "a.png"
        original.write_bytes(b"a photograph")
        os.utime(original, (time.time() - 100,) * 2)
        ran = gcx("decode", descriptors)
        assert (ran.code, ran.out) == (1, "decoded 1, skipped 0, failed 1\n")
        assert ran.err == f"gcx: {original}: it exists already; --force overwrites it\n"
        assert original.read_bytes() == b"a photograph"

    def test_are_not_stopped_by_one_bad_file(self, gcx, descriptors, tmp_path):
        (descriptors / "a.gcx").write_bytes(b"")
        ran = gcx("decode", descriptors, "-o", tmp_path / "out")
        assert (ran.code, ran.out) == (1, "decoded 1, skipped 0, failed 1\n")
        assert ran.err.startswith(f"gcx: {descriptors / 'a.gcx'}: ")
        assert ran.err.count("\n") == 1


def test_tells_programs_what_made_the_pixels(gcx, words_file, picture_file, tmp_path):
    (tmp_path / "words.png").write_bytes(b"here before")
    os.utime(words_file, ns=(0, 0))
    ran = gcx("decode", "--json", words_file, picture_file, tmp_path / "missing.gcx")
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert {record["file"]: record["status"] for record in records} == {
        str(words_file): "skipped",
        str(picture_file): "decoded",
        str(tmp_path / "missing.gcx"): "failed",
    }
    (decoded,) = [record for record in records if record["status"] == "decoded"]
    assert decoded == {
        "file": str(picture_file),
        "picture": str(tmp_path / "picture.png"),
        "status": "decoded",
        "width": 96,
        "height": 64,
        "generator": "preview",
        "source": "visual condition",
        "digital_source_type": ENHANCED,
    }


def test_says_nothing_where_nothing_is_wanted(gcx, picture_file, tmp_path):
    ran = gcx("decode", "--quiet", picture_file)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / "picture.png").exists()


class TestWithAModel:
    @pytest.fixture(autouse=True)
    def automatic(self, openai_environment, monkeypatch):
        monkeypatch.delenv("GCX_GENERATOR")

    def test_a_picture_is_generated_once_and_marked_so(
        self, gcx, picture_file, tmp_path, openai_environment
    ):
        out = tmp_path / "a.png"
        ran = gcx("decode", picture_file, "-o", out)
        assert (ran.code, ran.err) == (0, "")
        first, second = ran.out.splitlines()
        assert first == f"{out}: 96 x 64, gpt-4o from the words and visual condition"
        assert re.fullmatch(r"  agreement with the visual condition [01]\.\d\d, \$0\.\d+", second)
        assert f"DigitalSourceType>{TRAINED}<" in xmp_of(out)
        with Image.open(out) as image:
            assert shows(image, WORDS)
        openai_environment.stop()
        again = gcx("decode", picture_file, "-o", out, "--force")
        assert (again.code, again.err) == (0, "")
        assert again.out.splitlines()[1].endswith(", already generated")

    def test_programs_are_told_what_made_it_and_for_how_much(
        self, gcx, picture_file, openai_environment
    ):
        ran = gcx("decode", "--json", picture_file)
        told = json.loads(ran.out)
        assert (told["status"], told["width"], told["height"]) == ("decoded", 96, 64)
        assert (told["generator"], told["model"], told["cached"]) == ("openai", "gpt-4o", False)
        assert 0 < told["cost_usd"] < 0.3
        assert 0 < told["score"] <= 1
        assert told["request_id"] == openai_environment.requests[0].request_id

    def test_the_options_reach_the_server(self, gcx, picture_file, openai_environment):
        ran = gcx(
            "decode", picture_file, "--route", "images", "--model", "gpt-image-1.5",
            "--quality", "low", "--generator", "openai",
        )  # fmt: skip
        assert (ran.code, ran.err) == (0, "")
        (request,) = openai_environment.requests
        assert request.path == "/v1/images/edits"
        assert (request.json["model"], request.json["quality"]) == ("gpt-image-1.5", "low")

    def test_the_model_is_that_of_the_route_that_is_set(
        self, gcx, picture_file, openai_environment, monkeypatch
    ):
        gcx("decode", picture_file, "--model", "gpt-4o-2024-08-06")
        assert openai_environment.requests[-1].json["model"] == "gpt-4o-2024-08-06"
        monkeypatch.setenv("GCX_ROUTE", "images")
        gcx("decode", picture_file, "--model", "gpt-image-2.5-flare", "--force")
        assert openai_environment.requests[-1].json["model"] == "gpt-image-2.5-flare"

    def test_any_server_can_be_named(
        self, gcx, picture_file, openai_environment, monkeypatch, tmp_path
    ):
        monkeypatch.delenv("OPENAI_BASE_URL")
        ran = gcx("decode", picture_file, "--base-url", openai_environment.base_url)
        assert (ran.code, ran.err) == (0, "")
        assert openai_environment.pictures_made == 1

    def test_of_several_candidates_the_nearest_is_written(
        self, gcx, picture_file, tmp_path, openai_environment
    ):
        openai_environment.drifts = [0.9, 0.0, 0.9]
        ran = gcx("decode", picture_file, "--candidates", 3, "--quality", "low", "--json")
        told = json.loads(ran.out)
        assert told["score"] > 0.6
        assert openai_environment.pictures_made == told["candidates"] == 3
        assert told["candidates_cost_usd"] == pytest.approx(3 * told["cost_usd"], rel=0.2)

    def test_what_all_candidates_cost_is_said(self, gcx, picture_file, openai_environment):
        ran = gcx("decode", picture_file, "--candidates", 2, "--quality", "low")
        spent = gcx("config").out.partition("spent today")[2].split()[0]
        assert f"{spent} for 2 candidates" in ran.out

    def test_unfinished_pictures_are_written_as_they_come(
        self, gcx, picture_file, tmp_path, openai_environment
    ):
        ran = gcx("decode", picture_file, "--partials", tmp_path / "way")
        assert (ran.code, ran.err) == (0, "")
        names = sorted(path.name for path in (tmp_path / "way").iterdir())
        assert names == [f"picture-partial-{number}.png" for number in (1, 2, 3)]
        with Image.open(tmp_path / "way" / names[0]) as image:
            assert image.size == (96, 64)
        assert f"DigitalSourceType>{TRAINED}<" in xmp_of(tmp_path / "way" / names[0])

    def test_unfinished_pictures_of_several_files_do_not_mix(
        self, gcx, picture_file, words_file, tmp_path
    ):
        ran = gcx("decode", picture_file, words_file, "--partials", tmp_path / "way")
        assert ran.code == 0
        names = sorted(
            str(path.relative_to(tmp_path / "way")) for path in (tmp_path / "way").rglob("*.png")
        )
        assert names == [
            f"{stem}/{stem}-partial-{number}.png"
            for stem in ("picture", "words")
            for number in (1, 2, 3)
        ]

    def test_many_files_are_told_of_with_what_they_cost(self, gcx, picture_file, words_file):
        ran = gcx("decode", picture_file, words_file)
        assert ran.code == 0
        assert re.fullmatch(
            r"decoded 2, skipped 0, failed 0; 2 generated for \$\d+\.\d+\n", ran.out
        )

    def test_an_estimate_is_printed_and_nothing_done(
        self, gcx, picture_file, words_file, tmp_path, openai_environment
    ):
        ran = gcx("decode", "--estimate", picture_file, words_file)
        assert (ran.code, ran.err) == (0, "")
        first, second = ran.out.splitlines()
        assert re.fullmatch(
            r"2 pictures to generate by gpt-4o, 0 already generated: at most \$0\.\d+ "
            r"\(prices as of 20[-\d]+\); nothing was sent",
            first,
        )
        assert second == "today: $0.00 of $1.00 spent"
        assert openai_environment.requests == []
        assert not (tmp_path / "picture.png").exists()

    def test_programs_get_an_estimate_too(self, gcx, picture_file, tmp_path):
        ran = gcx("decode", "--estimate", "--json", picture_file, tmp_path / "missing.gcx")
        estimated, failed = map(json.loads, ran.out.splitlines())
        assert ran.code == 1
        cost = estimated.pop("estimated_usd")
        assert 0.05 < cost < 0.5
        assert estimated == {
            "file": str(picture_file),
            "status": "estimated",
            "model": "gpt-4o",
            "width": 1008,
            "height": 672,
            "calls": 1,
        }
        assert (failed["status"], failed["error"]) == ("failed", "there is no such file")

    def test_an_estimate_knows_what_was_generated_before(self, gcx, picture_file):
        gcx("decode", picture_file)
        ran = gcx("decode", "--estimate", picture_file)
        assert ran.out.startswith(
            "0 pictures to generate by gpt-4o, 1 already generated: at most $0.00"
        )

    def test_a_limit_is_an_error_that_says_how_to_raise_it(
        self, gcx, picture_file, tmp_path, openai_environment, monkeypatch
    ):
        monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "0.01")
        ran = gcx("decode", picture_file)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"gcx: {picture_file}: ")
        assert "GCX_DAILY_LIMIT_USD" in ran.err
        assert ran.err.count("\n") == 1
        assert openai_environment.requests == []
        assert not (tmp_path / "picture.png").exists()

    def test_an_error_that_all_would_meet_ends_the_run(
        self, gcx, words_file, tmp_path, openai_environment
    ):
        for number in range(40):
            (tmp_path / "in" / f"{number:02}.gcx").parent.mkdir(exist_ok=True)
            (tmp_path / "in" / f"{number:02}.gcx").write_bytes(words_file.read_bytes())
        openai_environment.script(*["quota"] * 40)
        ran = gcx("decode", tmp_path / "in", "-o", tmp_path / "out", "--concurrency", 2)
        assert ran.code == 1
        assert ran.out == "decoded 0, skipped 0, failed 40\n"
        assert openai_environment.calls() <= 2
        assert "failed, and this would fail too" in ran.err

    @pytest.mark.parametrize("policy", ["never", "cached-only", "ask"])
    def test_a_policy_can_forbid_to_ask(self, gcx, picture_file, openai_environment, policy):
        ran = gcx("decode", picture_file, "--generator", "openai", "--policy", policy)
        assert ran.code == 1
        assert "policy is" in ran.err
        assert openai_environment.requests == []

    def test_what_is_stored_is_written_whatever_the_settings_have_become(
        self, gcx, picture_file, tmp_path, openai_environment, monkeypatch
    ):
        gcx("decode", picture_file, "-o", tmp_path / "first.png")
        openai_environment.stop()
        monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "0")
        for number, options in enumerate(
            (
                ["--quality", "high"],
                ["--route", "images"],
                ["--policy", "never"],
                ["--generator", "openai"],
                ["--base-url", "http://localhost:9/v1"],
            )
        ):
            ran = gcx("decode", picture_file, "-o", tmp_path / f"{number}.png", *options)
            assert (ran.code, ran.err) == (0, "")
            assert "already generated" in ran.out
            assert (tmp_path / f"{number}.png").read_bytes() == (
                tmp_path / "first.png"
            ).read_bytes()

    @pytest.mark.parametrize("more", [["--anew"], ["--candidates", "2"], ["--model", MODEL]])
    def test_what_fails_falls_back_to_what_is_stored_and_says_so(
        self, gcx, picture_file, tmp_path, openai_environment, more
    ):
        gcx("decode", picture_file, "-o", tmp_path / "first.png")
        openai_environment.script("quota")
        ran = gcx("decode", picture_file, "-o", tmp_path / "second.png", *more)
        assert ran.code == 0
        assert "nothing new was painted, so a stored picture is shown: generating: the" in ran.err
        assert ran.err.count("\n") == 1
        assert (tmp_path / "second.png").read_bytes() == (tmp_path / "first.png").read_bytes()

    def test_what_fails_in_the_same_way_for_a_whole_folder_is_said_once(
        self, gcx, picture_file, tmp_path, openai_environment
    ):
        gcx("decode", picture_file, "-o", tmp_path / "first.png")
        files = tmp_path / "files"
        files.mkdir()
        for name in "abc":
            (files / f"{name}.gcx").write_bytes(picture_file.read_bytes())
        openai_environment.script(*["quota"] * 3)
        ran = gcx("decode", files, "-o", tmp_path / "out", "--anew")
        assert ran.code == 0
        shown = "warning: nothing new was painted, so a stored picture is shown: generating: the"
        said, more = ran.err.splitlines()
        assert said.startswith(f"gcx: {files}/")
        assert f".gcx: {shown}" in said
        assert more.startswith(f"gcx: {files}: … and 2 more like this: {shown}")

    def test_one_more_is_painted_where_the_user_says_so(
        self, gcx, picture_file, tmp_path, openai_environment
    ):
        for number, options in enumerate(([], [], ["--anew"], ["--model", MODEL])):
            ran = gcx("decode", picture_file, "-o", tmp_path / f"{number}.png", *options)
            assert ran.code == 0, ran.err
        assert openai_environment.pictures_made == 3
        ran = gcx("decode", "--estimate", "--anew", "--candidates", 2, picture_file)
        assert ran.out.startswith("2 pictures to generate by gpt-4o, 0 already generated")

    def test_what_is_stored_is_written_though_all_others_fail(
        self, gcx, picture_file, words_file, tmp_path, openai_environment, monkeypatch
    ):
        gcx("decode", words_file, "-o", tmp_path / "first.png")
        monkeypatch.setattr("os.cpu_count", lambda: 1)
        monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "0.01")
        ran = gcx("decode", picture_file, words_file, "-o", tmp_path / "out")
        assert ran.code == 1
        assert ran.out == "decoded 1, skipped 0, failed 1\n"
        assert (tmp_path / "out" / "words.png").exists()

    def test_a_fault_is_one_line_that_says_what_to_do(
        self, gcx, picture_file, tmp_path, openai_environment
    ):
        openai_environment.script("moderation")
        ran = gcx("decode", picture_file)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.count("\n") == 1
        assert "moderation refused" in ran.err
        assert openai_environment.requests[0].request_id in ran.err
        assert not (tmp_path / "picture.png").exists()

    @pytest.mark.parametrize(("answer", "generated"), [("y", True), ("n", False)])
    def test_on_a_terminal_the_user_is_asked_with_the_price(
        self, environment, picture_file, words_file, tmp_path, openai_environment, answer, generated
    ):
        ours, its_end = pty.openpty()
        with subprocess.Popen(
            [
                *(sys.executable, "-m", "gcx_format", "decode", "--policy", "ask", "--json"),
                *(picture_file, words_file),
            ],
            env=environment | {"TERM": "dumb"},
            stdin=its_end,
            stdout=subprocess.PIPE,
            stderr=its_end,
        ) as process:
            os.write(ours, f"{answer}\n".encode())
            out = process.stdout.read().decode()
        os.close(its_end)
        shown = os.read(ours, 1 << 16).decode()
        os.close(ours)
        question = r"Have 2 pictures generated, for at most \$0\.\d+\? \[y/N\]"
        assert len(re.findall(question, shown)) == 1
        records = [json.loads(line) for line in out.splitlines()]
        wanted = "openai" if generated else "preview"
        assert [record["generator"] for record in records] == [wanted, wanted]
        assert openai_environment.pictures_made == 2 * generated


class TestWithoutAKey:
    @pytest.fixture(autouse=True)
    def automatic(self, clean_environment, monkeypatch):
        monkeypatch.delenv("GCX_GENERATOR")

    def test_previews_are_made_and_that_is_said_once(self, gcx, picture_file, words_file):
        ran = gcx("decode", "--json", picture_file, words_file)
        assert ran.code == 0
        assert ran.err.count("\n") == 1
        assert "warning: showing a preview: no API key is set" in ran.err
        for line in ran.out.splitlines():
            told = json.loads(line)
            assert told["generator"] == "preview"
            assert "no API key is set" in told["reason"]

    def test_nothing_is_said_where_a_preview_was_asked_for(self, gcx, picture_file):
        ran = gcx("decode", "--generator", "preview", picture_file)
        assert (ran.code, ran.err) == (0, "")

    def test_a_model_by_name_is_an_error(self, gcx, picture_file, tmp_path):
        ran = gcx("decode", "--generator", "openai", picture_file)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith(f"gcx: {picture_file}: no API key is set")
        assert not (tmp_path / "picture.png").exists()

    def test_an_estimate_needs_none(self, gcx, picture_file):
        ran = gcx("decode", "--estimate", picture_file)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith(
            "1 picture to generate by gpt-4o, 0 already generated: at most $0."
        )


def test_how_large_a_picture_may_be_can_be_said(gcx, picture_file, tmp_path):
    command = ("decode", picture_file, "-o", tmp_path / "a.png", "--generator", "preview")
    refused = gcx(*command, "--max-pixels", 6143)
    assert refused.code == 1
    assert refused.err == (
        f"gcx: {picture_file}: 96 x 64 has more than the 6143 pixels allowed; "
        "--max-pixels allows more, and `gcx thumbnail` makes a smaller picture\n"
    )
    assert gcx(*command, "--max-pixels", 6144).code == 0
    assert gcx(*command, "--force", "--max-pixels", (1 << 30) + 1).code == 2


class TestOriginals:
    """Whatever is forced, a picture that gcx did not make is never overwritten."""

    @pytest.fixture
    def folder(self, gcx, photo, tmp_path):
        photo(tmp_path / "p" / "holiday.png")
        assert gcx("encode", tmp_path / "p", "--hash", "--describe", "none", "-q").code == 0
        return tmp_path / "p"

    @pytest.mark.parametrize("force", [[], ["--force"]])
    def test_the_photograph_beside_its_descriptor_stays(self, gcx, folder, force):
        before = (folder / "holiday.png").read_bytes()
        ran = gcx("decode", folder, "--generator", "preview", *force)
        assert ran.code == (1 if force else ran.code)
        assert "--force overwrites it" not in ran.err
        assert (folder / "holiday.png").read_bytes() == before

    def test_the_error_names_the_safe_way(self, gcx, folder):
        ran = gcx("decode", folder / "holiday.gcx", "--generator", "preview", "--force")
        assert ran.code == 1
        assert ran.err == (
            f"gcx: {folder / 'holiday.png'}: gcx did not make this picture, so it may be the "
            "original; name another file or folder with -o\n"
        )

    def test_what_has_the_hash_of_the_original_stays_whatever_it_says_of_itself(
        self, gcx, folder, tmp_path
    ):
        assert gcx("decode", folder, "-o", tmp_path / "q", "--generator", "preview").code == 0
        made = tmp_path / "q" / "holiday.png"
        assert gcx("encode", made, "--hash", "--describe", "none", "-q").code == 0
        before = made.read_bytes()
        assert gcx("decode", made.with_suffix(".gcx"), "--force", "-q").code == 1
        assert made.read_bytes() == before

    def test_a_reconstruction_is_replaced(self, gcx, folder, tmp_path):
        for force in ([], ["--force"]):
            out = ["-o", tmp_path / "out.png", "--generator", "preview"]
            assert gcx("decode", folder / "holiday.gcx", *out, *force).code == 0


def test_reconstructions_are_not_taken_for_photographs(gcx, photo, tmp_path):
    photo(tmp_path / "p" / "a.jpg")
    for _ in range(3):
        gcx("encode", tmp_path / "p", "--describe", "none")
        gcx("decode", tmp_path / "p", "--generator", "preview")
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["a.gcx", "a.jpg", "a.png"]
    ran = gcx("encode", tmp_path / "p", "--describe", "none")
    assert "left out: 1 .png made by gcx" in ran.err
