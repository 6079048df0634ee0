"""`gcx describe`, and `gcx encode` where a model finds the words."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading

import pytest

import gcx_format
from gcx_format.describe import estimate
from gcx_format.settings import load_settings
from openai_server.plain import Reply, answering

BOAT = "A red boat, left"


@pytest.fixture
def server(openai_environment):
    return openai_environment


@pytest.fixture
def photos(photo, tmp_path):
    """A folder of five photographs without words."""
    for number, name in enumerate("abcde"):
        photo(tmp_path / "photos" / f"{name}.jpg", (96, 64 + number), comment=None)
    return tmp_path / "photos"


class TestDescribe:
    def test_prints_the_words_of_one_photograph_alone_and_the_cost_aside(
        self, gcx, photo, server, tmp_path
    ):
        server.descriptions = [f"{BOAT}."]
        ran = gcx("describe", photo(tmp_path / "sea.jpg"))
        assert (ran.code, ran.out) == (0, f"{BOAT}\n")
        assert re.fullmatch(
            r"gcx: 4 words by gpt-4o-2024-08-06 for \$0\.00\d\d; 5 bytes in a file\n", ran.err
        )

    def test_prints_words_only_when_quiet(self, gcx, photo, server, tmp_path):
        server.descriptions = [BOAT]
        ran = gcx("describe", photo(tmp_path / "sea.jpg"), "--quiet")
        assert (ran.code, ran.out, ran.err) == (0, f"{BOAT}\n", "")

    def test_prints_the_words_of_several_behind_their_names(self, gcx, photos, server):
        ran = gcx("describe", photos)
        assert ran.code == 0
        lines = sorted(ran.out.splitlines())
        assert [line.split(": ")[0] for line in lines] == [
            str(photos / f"{n}.jpg") for n in "abcde"
        ]
        assert re.search(r"^gcx: described 5 for \$0\.\d+, failed 0$", ran.err, re.MULTILINE)

    def test_says_all_there_is_to_know_as_json(self, gcx, photo, server, tmp_path):
        path = photo(tmp_path / "sea.jpg")
        server.descriptions = [BOAT, "There is a red boat that is on the left"]
        ran = gcx("describe", path, "--candidates", 2, "--json")
        [known] = map(json.loads, ran.out.splitlines())
        assert (ran.code, ran.err) == (0, "")
        assert known["photo"] == str(path)
        assert known["status"] == "described"
        assert known["text"] == BOAT
        assert known["words"] == 4
        assert known["model"] == "gpt-4o-2024-08-06"
        assert known["prompt"].startswith("describe-structural/")
        assert (known["calls"], known["was_cut"], known["cost_is_estimated"]) == (2, False, False)
        assert known["cost_usd"] > 0
        assert known["usage"]["input_tokens"] > 0
        assert known["request_id"].startswith("req_")
        assert sorted(candidate["words"] for candidate in known["candidates"]) == [4, 8]
        assert {"text", "words", "bytes", "units"} == set(known["candidates"][0])

    def test_asks_as_the_options_say(self, gcx, photo, server, tmp_path):
        ran = gcx(
            *("describe", photo(tmp_path / "sea.jpg"), "--words", 7, "--prompt", "plain"),
            *("--model", "gpt-6-luna", "--json"),
        )
        known = json.loads(ran.out)
        assert known["model"] == "gpt-6-luna"
        assert known["prompt"].startswith("describe-plain/")
        assert known["words"] <= 7

    def test_asks_the_server_of_base_url(self, gcx, photo, server, tmp_path, monkeypatch):
        monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        server.lacks.add("/v1/responses")
        ran = gcx("describe", photo(tmp_path / "sea.jpg"), "--base-url", server.base_url)
        assert ran.code == 0
        assert server.calls("/v1/chat/completions") == 1

    def test_says_that_words_were_cut_off(self, gcx, photo, server, tmp_path):
        server.script("too_many_words", "too_many_words", "too_many_words")
        path = photo(tmp_path / "sea.jpg")
        ran = gcx("describe", path, "--words", 9)
        assert ran.code == 0
        assert (
            f"gcx: {path}: warning: gpt-4o-2024-08-06 exceeded 9 words; the rest was cut off"
            in (ran.err.splitlines())
        )

    def test_says_once_for_a_folder_that_words_were_cut_off(self, gcx, photo, server, tmp_path):
        server.script(*["too_many_words"] * 6)
        photo(tmp_path / "sea.jpg")
        photo(tmp_path / "sun.jpg", (64, 48))
        ran = gcx("describe", tmp_path, "--words", 9, "--concurrency", 1)
        cut = "warning: gpt-4o-2024-08-06 exceeded 9 words; the rest was cut off"
        assert [line for line in ran.err.splitlines() if "exceeded" in line] == [
            f"gcx: {tmp_path / 'sea.jpg'}: {cut}",
            f"gcx: {tmp_path}: … and 1 more like this: {cut}",
        ]

    @pytest.mark.parametrize(
        "options", [("--words", 0), ("--words", 501), ("--prompt", "poem"), ("--candidates", 9)]
    )
    def test_options_out_of_range_are_not_understood(self, gcx, photo, tmp_path, options):
        assert gcx("describe", photo(tmp_path / "sea.jpg"), *options).code == 2

    def test_without_a_key_says_once_how_to_set_one(self, gcx, photos):
        ran = gcx("describe", photos)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.count("\n") == 1
        assert "set the environment variable OPENAI_API_KEY" in ran.err

    def test_fails_for_one_photograph_and_goes_on(self, gcx, photos, server):
        (photos / "c.jpg").write_bytes(b"no picture")
        ran = gcx("describe", photos, "--json")
        records = {record["photo"]: record for record in map(json.loads, ran.out.splitlines())}
        assert ran.code == 1
        assert records[str(photos / "c.jpg")]["status"] == "failed"
        assert sum(record["status"] == "described" for record in records.values()) == 4

    def test_shows_no_control_characters_of_a_model(self, gcx, photo, server, tmp_path):
        server.descriptions = ["A \x1b]0;title\x07 red\u200e boat"]
        ran = gcx("describe", photo(tmp_path / "sea.jpg"))
        assert "\x1b" not in ran.out + ran.err


class TestAgain:
    def test_what_is_done_is_not_asked_again(self, gcx, photos, server):
        server.script("ok", "ok", "moderation")
        first = gcx("describe", photos, "--concurrency", 1)
        assert (first.code, server.calls()) == (1, 5)
        again = gcx("describe", photos)
        assert (again.code, server.calls()) == (0, 6)
        assert set(first.out.splitlines()) < set(again.out.splitlines())
        assert len(again.out.splitlines()) == 5
        assert re.search(
            r"^gcx: described before 4, described 1 for \$0\.0", again.err, re.MULTILINE
        )

    def test_it_needs_neither_server_nor_words_twice(self, gcx, photo, server, tmp_path):
        path = photo(tmp_path / "sea.jpg")
        server.descriptions = [BOAT]
        gcx("describe", path)
        server.stop()
        ran = gcx("describe", path, "--json")
        known = json.loads(ran.out)
        assert (known["text"], known["cached"], known["status"]) == (BOAT, True, "described")
        assert "described before" in gcx("describe", path).err

    @pytest.mark.parametrize(
        "options", [("--anew",), ("--words", 9), ("--model", "gpt-6-luna"), ("--candidates", 2)]
    )
    def test_what_is_asked_otherwise_or_anew_is_asked(self, gcx, photo, server, tmp_path, options):
        path = photo(tmp_path / "sea.jpg")
        gcx("describe", path)
        before = server.calls()
        assert json.loads(gcx("describe", path, "--json", *options).out)["cached"] is False
        assert server.calls() > before

    def test_an_estimate_knows_what_was_described_before(self, gcx, photo, server, tmp_path):
        path = photo(tmp_path / "sea.jpg")
        gcx("describe", path)
        assert gcx("describe", path, "--estimate").out.startswith("1 picture: about $0.00 for")
        assert "about $0.00 " not in gcx("describe", path, "--estimate", "--anew").out

    def test_another_photograph_under_the_same_name_is_another(self, gcx, photo, server, tmp_path):
        gcx("describe", photo(tmp_path / "sea.jpg"))
        gcx("describe", photo(tmp_path / "sea.jpg", size=(60, 90)))
        assert server.calls() == 2

    def test_what_is_damaged_is_asked_again_and_clearing_forgets_all(
        self, gcx, photo, server, tmp_path
    ):
        path = photo(tmp_path / "sea.jpg")
        gcx("describe", path)
        (kept,) = (tmp_path / "gcx-cache" / "descriptions").glob("*/*.json")
        kept.write_text("{")
        assert gcx("describe", path).code == 0
        assert server.calls() == 2
        gcx("cache", "clear", "--yes")
        assert gcx("describe", path).code == 0
        assert server.calls() == 3


class TestAtOnce:
    @pytest.mark.parametrize(
        ("options", "most"),
        [((), 4), (("--concurrency", 7), 7), (("--concurrency", 6, "--candidates", 2), 6)],
    )
    @pytest.mark.parametrize("command", ["describe", "encode"])
    def test_calls_are_as_many_as_the_user_says_whatever_the_processors(
        self, gcx, photo, clean_environment, tmp_path, monkeypatch, command, options, most
    ):
        for number in range(9):
            photo(tmp_path / "photos" / f"{number}.jpg", (90 + number, 60), comment=None)
        monkeypatch.setattr("os.cpu_count", lambda: 2)
        lock, enough = threading.Lock(), threading.Event()
        inside, peak = 0, 0

        def answer(asked):
            nonlocal inside, peak
            with lock:
                inside += 1
                peak = max(peak, inside)
                if inside == most:
                    enough.set()
            enough.wait(10)
            with lock:
                inside -= 1
            content = [{"type": "output_text", "text": BOAT}]
            return Reply(json.dumps({"output": [{"type": "message", "content": content}]}).encode())

        with answering(answer) as server:
            monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
            ran = gcx(command, tmp_path / "photos", "--base-url", server.base_url, *options)
        assert (ran.code, peak) == (0, most)


class TestEstimate:
    def test_says_what_it_would_cost_and_asks_nobody(self, gcx, photos, server):
        ran = gcx("describe", photos, "--estimate")
        one = estimate((96, 64), load_settings())
        assert ran.code == 0
        assert ran.out.splitlines() == [
            f"5 pictures: about ${5 * one:.4f} for descriptions by gpt-4o "
            "(prices as of 2026-11-05); nothing was sent",
            "today: $0.00 of $1.00 spent",
        ]
        assert server.requests == []

    def test_needs_no_key(self, gcx, photos):
        assert gcx("describe", photos, "--estimate").code == 0

    def test_as_json_has_an_object_for_each(self, gcx, photos, server):
        (photos / "c.jpg").write_bytes(b"no picture")
        ran = gcx("describe", photos, "--estimate", "--json")
        records = [json.loads(line) for line in ran.out.splitlines()]
        assert ran.code == 1
        assert [record["status"] for record in records] == [
            *("estimated", "estimated", "failed", "estimated", "estimated"),
        ]
        assert records[0]["estimated_usd"] == float(estimate((96, 64), load_settings()))

    def test_says_where_a_price_is_not_known(self, gcx, photos):
        ran = gcx("describe", photos, "--estimate", "--model", "llava")
        assert "the price of llava is unknown; assuming the highest known price" in ran.err

    def test_of_encode_writes_nothing(self, gcx, photos, server):
        (photos / "a.gcx").write_bytes(b"newer")
        ran = gcx("encode", photos, "--estimate")
        assert ran.code == 0
        assert ran.out.startswith("4 pictures: about $0.0")  # one is there already
        assert sorted(path.suffix for path in photos.iterdir()) == [".gcx"] + [".jpg"] * 5
        assert server.requests == []

    def test_of_encode_writes_nothing_where_the_user_wants_no_words_either(
        self, gcx, photos, server, monkeypatch
    ):
        monkeypatch.setenv("GCX_DESCRIBER", "none")
        assert gcx("encode", photos, "--estimate").code == 2
        assert not list(photos.glob("*.gcx"))
        assert gcx("encode", photos, "--estimate", "--describe", "openai").code == 0


class TestEncode:
    def test_has_the_photograph_described_where_a_key_is_set(self, gcx, photo, server, tmp_path):
        server.descriptions = [f"{BOAT}."]
        ran = gcx("encode", photo(tmp_path / "sea.jpg"))
        assert (ran.code, ran.err) == (0, "")
        assert gcx_format.read(tmp_path / "sea.gcx").text == BOAT
        assert re.fullmatch(
            r"  words: 5 bytes, model, 4 words by gpt-4o-2024-08-06 for \$0\.00\d+",
            ran.out.splitlines()[1],
        )

    def test_says_in_json_how_the_words_came_about(self, gcx, photo, server, tmp_path):
        server.descriptions = [BOAT]
        ran = gcx("encode", photo(tmp_path / "sea.jpg"), "--json")
        known = json.loads(ran.out)
        assert known["text"] == BOAT
        assert known["description"]["calls"] == 1
        assert known["description"]["cost_usd"] > 0

    def test_says_once_that_no_words_are_made_without_a_key(self, gcx, photos):
        ran = gcx("encode", photos)
        assert ran.code == 0
        assert ran.err == (
            "gcx: not described: no API key is set; set the environment variable OPENAI_API_KEY, "
            "or openai_api_key in the file that `gcx config --path` prints; "
            "--describe none turns this off\n"
        )
        assert gcx_format.read(photos / "a.gcx").text is None

    @pytest.mark.parametrize(
        "options", [("--describe", "none"), ("--quiet",), ("--text-from", "metadata")]
    )
    def test_does_not_say_so_where_nobody_wonders(self, gcx, photos, options):
        assert gcx("encode", photos, *options).err == ""

    def test_does_not_say_so_where_the_user_has_settled_it(self, gcx, photos, monkeypatch):
        monkeypatch.setenv("GCX_DESCRIBER", "none")
        assert gcx("encode", photos).err == ""

    @pytest.mark.parametrize(
        "options",
        [
            ("--text", "Mine."),
            ("--text", "Mine.", "--describe", "auto"),
            ("--text-from", "metadata"),
            ("--describe", "none"),
        ],
    )
    def test_asks_nobody_where_words_are_given_or_not_wanted(
        self, gcx, photo, server, tmp_path, options
    ):
        assert gcx("encode", photo(tmp_path / "sea.jpg"), *options).code == 0
        assert server.requests == []

    def test_takes_metadata_first_and_asks_for_the_rest(self, gcx, photo, server, tmp_path):
        photo(tmp_path / "photos" / "told.jpg", comment="Grandmother at sea.")
        photo(tmp_path / "photos" / "untold.jpg", comment=None)
        server.descriptions = [BOAT]
        ran = gcx("encode", tmp_path / "photos", "--text-from", "metadata", "--describe", "openai")
        assert ran.code == 0
        assert "; described 1 for $0.00" in ran.out
        assert gcx_format.read(tmp_path / "photos" / "told.gcx").text == "Grandmother at sea."
        assert gcx_format.read(tmp_path / "photos" / "untold.gcx").text == BOAT

    def test_needs_no_other_words_for_a_file_without_a_condition(
        self, gcx, photo, server, tmp_path
    ):
        assert gcx("encode", photo(tmp_path / "sea.jpg"), "--visual", "none").code == 0

    def test_asked_for_by_name_needs_a_key_and_writes_nothing(self, gcx, photos):
        ran = gcx("encode", photos, "--describe", "openai")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.count("\n") == 1
        assert "OPENAI_API_KEY" in ran.err
        assert not list(photos.glob("*.gcx"))

    @pytest.mark.parametrize(
        "options",
        [
            ("--text", "Mine.", "--describe", "openai"),
            ("--text", "Mine.", "--words", 9),
            ("--describe", "none", "--candidates", 2),
            ("--describe", "none", "--estimate"),
            ("--text-from", "metadata", "--estimate"),
            ("--describe", "never"),
            ("--describe", "none", "--visual", "none"),
        ],
    )
    def test_does_not_understand_what_contradicts_itself(self, gcx, photo, tmp_path, options):
        assert gcx("encode", photo(tmp_path / "sea.jpg"), *options).code == 2

    def test_keeps_the_words_that_were_paid_for_where_the_rest_fails(
        self, gcx, photo, server, tmp_path
    ):
        server.descriptions = [BOAT]
        ran = gcx("encode", photo(tmp_path / "sea.jpg"), "--bpp", "0.001")
        assert ran.code == 1
        assert f"its description was: {BOAT}" in ran.err

    def test_warns_once_of_what_a_picture_loses(self, gcx, server, tmp_path):
        from PIL import Image

        Image.new("RGBA", (90, 60), (9, 9, 9, 99)).save(tmp_path / "sea.png")
        assert gcx("encode", tmp_path / "sea.png").err.count("transparency is not kept") == 1


class TestFolders:
    def test_fail_for_one_photograph_alone(self, gcx, photos, server):
        server.script("ok", "moderation")
        ran = gcx("encode", photos)
        assert ran.code == 1
        assert ran.out.startswith("encoded 4, skipped 0, failed 1")
        assert len(list(photos.glob("*.gcx"))) == 4

    def test_go_on_where_they_stopped_and_pay_nothing_twice(self, gcx, photos, server):
        server.script("ok", "moderation")
        gcx("encode", photos)
        before = server.calls()
        assert gcx("encode", photos).code == 0
        assert server.calls() == before + 1

    def test_end_with_the_spending_limit_and_keep_what_was_done(
        self, gcx, photo, server, tmp_path, monkeypatch
    ):
        for number in range(40):
            photo(tmp_path / "photos" / f"{number:02}.jpg", comment=None)
        monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "0.02")
        ran = gcx("encode", tmp_path / "photos")
        written = len(list((tmp_path / "photos").glob("*.gcx")))
        assert ran.code == 1
        assert 0 < written < 40
        assert server.calls() == written
        assert "daily_limit_usd" in ran.err
        assert f"failed {40 - written}" in ran.out

    @pytest.mark.parametrize("fault", ["bad_key", "quota", "retired_model"])
    def test_end_with_what_every_photograph_would_meet(self, gcx, photo, server, tmp_path, fault):
        for number in range(30):
            photo(tmp_path / "photos" / f"{number:02}.jpg", comment=None)
        server.script(*[fault] * 30)
        model = "gpt-4o" if fault == "retired_model" else "gpt-6-luna"  # chosen: not exchanged
        ran = gcx("describe", tmp_path / "photos", "--concurrency", 2, "--model", model)
        assert ran.code == 1
        assert server.calls() <= 2
        assert "failed, and this would fail too" in ran.err


@pytest.mark.usefixtures("plugins")
class TestDescribersOfPlugins:
    def test_describe(self, gcx, photo, tmp_path):
        ran = gcx("describe", photo(tmp_path / "sea.jpg"), "--describer", "echo")
        assert (ran.code, ran.out) == (0, "An echo of 96 by 64 pixels\n")
        assert re.fullmatch(r"gcx: 7 words by echo; \d+ bytes in a file\n", ran.err)

    def test_describe_for_encode(self, gcx, photo, tmp_path):
        path = photo(tmp_path / "sea.jpg", comment=None)
        ran = gcx("encode", path, "--describe", "echo", "--json")
        assert ran.code == 0
        assert json.loads(ran.out)["description"]["describer"] == "echo"
        descriptor = gcx_format.read(tmp_path / "sea.gcx")
        assert descriptor.text == "An echo of 96 by 64 pixels"
        assert descriptor.encoder == "echoed words"

    def test_describe_where_they_are_set(self, gcx, photo, tmp_path, monkeypatch):
        monkeypatch.setenv("GCX_DESCRIBER", "echo")
        path = photo(tmp_path / "sea.jpg", comment=None)
        assert gcx("encode", path).code == 0
        assert gcx_format.read(tmp_path / "sea.gcx").text == "An echo of 96 by 64 pixels"

    def test_cost_nothing(self, gcx, photo, tmp_path):
        ran = gcx("describe", photo(tmp_path / "sea.jpg"), "--describer", "echo", "--estimate")
        assert ran.out.startswith("1 picture: about $0.00 for descriptions by echo")

    @pytest.mark.parametrize("command", [("describe", "--describer"), ("encode", "--describe")])
    def test_are_named_in_errors_and_help(self, gcx, photo, tmp_path, command):
        ran = gcx(command[0], photo(tmp_path / "sea.jpg"), command[1], "gpt")
        assert ran.code == 2
        assert "unknown describer 'gpt'; known are auto, none, openai, local, echo" in ran.err
        assert "echo" in gcx(command[0], "--help").out

    def test_are_reported_by_doctor(self, gcx, monkeypatch):
        monkeypatch.setenv("GCX_DESCRIBER", "echo")
        found = [json.loads(line) for line in gcx("doctor", "--json").out.splitlines()]
        checks = {(each["part"], each["name"]): each for each in found}
        assert (
            checks["describers", "echo"]["found"] == "Echo, free, ready (of gcx-test-plugins 1.0)"
        )
        assert checks["describers", "openai"]["state"] == "note"
        assert checks["describers", "describing"]["found"] == "by echo"

    def test_work_in_a_process_of_their_own(self, environment, photo, tmp_path):
        command = sys.executable, "-m", "gcx_format"
        folders = environment["PYTHONPATH"], os.environ["PYTHONPATH"]
        ran = subprocess.run(
            [*command, "describe", "--describer", "echo", photo(tmp_path / "sea.jpg")],
            env=environment | {"PYTHONPATH": os.pathsep.join(folders)},
            capture_output=True,
            timeout=60,
            text=True,
        )
        assert (ran.returncode, ran.stdout) == (0, "An echo of 96 by 64 pixels\n")


def test_a_process_of_its_own_describes(server, environment, photo, tmp_path):
    path = photo(tmp_path / "sea.jpg")
    ran = subprocess.run(
        [sys.executable, "-m", "gcx_format", "describe", path],
        env=environment,
        capture_output=True,
        timeout=60,
        text=True,
    )
    assert ran.returncode == 0
    assert ran.stdout.startswith("Top left")
