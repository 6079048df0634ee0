"""What `gcx` does when things go wrong: one clear line, an exit code, and never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

import gcx_format
from gcx_format.cli import console


def test_version_is_printed(gcx):
    ran = gcx("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"gcx {gcx_format.__version__}\n", "")


def test_the_command_is_the_module(program):
    ran = program("--version")
    assert (ran.returncode, ran.stdout.decode()) == (0, f"gcx {gcx_format.__version__}\n")


def test_help_lists_commands_and_exit_codes(gcx):
    ran = gcx("--help")
    assert ran.code == 0
    for expected in (
        "encode",
        "decode",
        "info",
        "verify",
        "thumbnail",
        "Exit codes:",
        "  3 ",
        "130",
    ):
        assert expected in ran.out


@pytest.mark.parametrize("command", ["encode", "decode", "info", "verify", "thumbnail"])
def test_every_command_has_help_with_examples(gcx, command):
    ran = gcx(command, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert f"gcx {command} " in ran.out.partition("Examples:")[2]


def test_without_arguments_it_helps(gcx):
    ran = gcx()
    assert (ran.code, ran.err) == (2, "")
    assert "Commands" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["paint"], "No such command 'paint'"),
        (["encode"], "Missing argument 'PHOTO|FOLDER'"),
        (["info", "--all"], "No such option: --all"),
        (["thumbnail", "a.gcx"], "Missing argument 'OUT'"),
        (["decode", "a.gcx", "--generator", "magic"], "magic"),
        (["\x1b[31m"], "\\x1b[31m"),
    ],
)
def test_a_command_line_not_understood_is_one_line(gcx, arguments, message):
    ran = gcx(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("gcx: ")
    assert ran.err.count("\n") == 1
    assert message in ran.err
    assert "\x1b" not in ran.err


class TestBadFiles:
    @pytest.fixture(params=["empty", "png", "cut", "folder", "missing"])
    def bad(self, request, tmp_path, photo, words_file):
        path = tmp_path / "bad.gcx"
        match request.param:
            case "empty":
                path.write_bytes(b"")
            case "png":
                photo(tmp_path / "a.png").rename(path)
            case "cut":
                path.write_bytes(words_file.read_bytes()[:-5])
            case "folder":
                path.mkdir()
        return path

    @pytest.mark.parametrize(
        "command", [["info"], ["info", "--json"], ["decode"], ["verify"], ["thumbnail"]]
    )
    def test_fail_in_one_line_that_names_them(self, gcx, bad, tmp_path, command):
        more = [tmp_path / "out.png"] if command == ["thumbnail"] else []
        ran = gcx(*command, bad, *more)
        text = ran.out if command == ["verify"] and not bad.is_dir() else ran.err
        first = text.splitlines()[0]
        assert ran.code == 1
        assert first.removeprefix("gcx: ").startswith(f"{bad}: ")
        assert len(ran.err.splitlines()) <= 1
        assert "Traceback" not in ran.out + ran.err
        assert not (tmp_path / "out.png").exists()
        assert not (tmp_path / "bad.png").exists()


class TestStrangeNames:
    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            (b"[bold]red [red.gcx", "[bold]red [red.gcx"),
            (b"two\nlines.gcx", "two\\nlines.gcx"),
            (b"\x1b[31mred.gcx", "\\x1b[31mred.gcx"),
            (b"caf\xe9.gcx", "caf\\xe9.gcx"),
            ("gnp.\u202excg.gcx".encode(), "gnp.\\u202excg.gcx"),
            ("Häuser 🏠.gcx".encode(), "Häuser 🏠.gcx"),
        ],
    )
    def test_are_printed_as_they_are_or_escaped(self, gcx, words_file, tmp_path, name, shown):
        path = tmp_path / os.fsdecode(name)
        path.write_bytes(words_file.read_bytes())

        info = gcx("info", path)
        assert (info.code, info.out.splitlines()[0]) == (0, f"{tmp_path}/{shown}")
        assert gcx("info", "--json", path).out.startswith('{"file": "')

        decoded = gcx("decode", path)
        assert decoded.code == 0
        assert decoded.out.startswith(f"{tmp_path}/{shown.removesuffix('.gcx')}.png: ")

        path.write_bytes(b"")
        assert gcx("verify", path).out.startswith(f"{tmp_path}/{shown}: ")
        assert gcx("info", path).err.startswith(f"gcx: {tmp_path}/{shown}: ")

    def test_are_encoded_from(self, gcx, photo, tmp_path):
        path = tmp_path / os.fsdecode(b"\xff[b]\n.jpg")
        photo(tmp_path / "a.jpg").rename(path)
        ran = gcx("encode", path, "--visual", "none", "--text-from", "metadata")
        assert ran.code == 0
        assert ran.out.startswith(f"{tmp_path}/\\xff[b]\\n.gcx: ")
        assert path.with_suffix(".gcx").exists()

    def test_do_not_matter_to_a_process_that_prints_ascii(
        self, program, environment, words_file, tmp_path
    ):
        path = tmp_path / os.fsdecode("[b]é🏠\x1b".encode() + b"\xff.gcx")
        text = "Ein Café [red]am Meer[/red] 🏠"
        picture = Image.new("L", (8, 8))
        gcx_format.write(path, gcx_format.encode(picture, text=text, visual="none"))
        plain = environment | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

        info = program("info", path, words_file, env=plain)
        missing = program("info", os.fsencode(tmp_path) + b"/\xe9", env=plain)

        assert (info.returncode, info.stderr) == (0, b"")
        assert info.stdout.isascii()
        assert b"Caf\\xe9 [red]am Meer[/red] \\U0001f3e0" in info.stdout
        assert missing.returncode == 1
        assert (
            missing.stderr == b"gcx: " + os.fsencode(tmp_path) + b"/\\xe9: there is no such file\n"
        )


class TestPipes:
    def test_a_reader_that_goes_away_is_not_an_error_to_tell_of(
        self, environment, words_file, tmp_path
    ):
        words_file = words_file.rename(tmp_path / "0000.gcx")
        for number in range(1, 2000):
            (tmp_path / f"{number:04}.gcx").hardlink_to(words_file)
        with subprocess.Popen(
            [sys.executable, "-m", "gcx_format", "info", tmp_path],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        ) as process:
            assert process.stdout.readline() == f"{words_file}\n".encode()
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 1

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_full_disk_behind_stdout_is_said(self, program, words_file):
        with Path("/dev/full").open("wb") as full:
            ran = program(
                "info", words_file, stdout=full, stderr=subprocess.PIPE, capture_output=False
            )
        assert ran.returncode == 1
        assert ran.stderr == b"gcx: stdout: No space left on device\n"

    def test_streams_may_be_closed(self, program, words_file):
        ran = program("info", words_file, preexec_fn=lambda: (os.close(1), os.close(2)))
        assert ran.returncode == 0


class TestTheUnexpected:
    def test_is_one_line_for_a_file(self, gcx, words_file, monkeypatch):
        def fail(data):
            raise RecursionError("too\ndeep")

        monkeypatch.setattr("gcx_format.container.loads", fail)
        ran = gcx("info", words_file)
        message = f"gcx: {words_file}: unexpected RecursionError: too\\ndeep; please report it\n"
        assert (ran.code, ran.err) == (1, message)

    def test_is_one_line_outside_of_files(self, gcx, words_file, monkeypatch):
        def fail(*arguments):
            raise ValueError("[bold]")

        monkeypatch.setattr("gcx_format.cli.info.show", fail)
        ran = gcx("info", words_file)
        assert ran.code == 1
        assert ran.err == "gcx: unexpected ValueError: [bold]; please report it\n"

    def test_lack_of_memory_has_words_of_its_own(self, gcx, words_file, monkeypatch):
        def fail(*arguments, **options):
            raise MemoryError

        monkeypatch.setattr("gcx_format.cli.decode.decode_descriptor", fail)
        ran = gcx("decode", words_file)
        assert ran.code == 1
        assert ran.err.startswith(f"gcx: {words_file}: not enough memory; ")

    def test_interruption_of_a_single_file_leaves_nothing(self, gcx, words_file, monkeypatch):
        def interrupt(*arguments, **options):
            os.kill(os.getpid(), signal.SIGINT)

        monkeypatch.setattr("gcx_format.cli.decode.decode_descriptor", interrupt)
        ran = gcx("decode", words_file)
        assert (ran.code, ran.out, ran.err) == (130, "", "")
        assert not words_file.with_suffix(".png").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\tb\r\n", "a\\tb\\r\\n"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("\udcff\ud800", "\\xff\\ud800"),
        ("\u2028\u2066\ufeff", "\\u2028\\u2066\\ufeff"),
        ("日本 é \u200d 🏠", "日本 é \u200d 🏠"),
    ],
)
def test_one_line_escapes_what_could_act_and_nothing_else(text, line):
    assert console.one_line(text) == line


@pytest.mark.skipif(os.name != "posix", reason="terminals and signals as POSIX has them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_gives_the_terminal_its_cursor_back(tmp_path, environment, photo, number):
    for index in range(6):
        photo(tmp_path / "p" / f"{index}.png", (900, 600))
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "gcx_format", "encode", tmp_path / "p", "-o", tmp_path / "o"]
    process = subprocess.Popen(
        [*command, "--describe", "none"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment | {"TERM": "xterm"},
    )
    os.close(theirs)
    written = b""
    sent = False
    with suppress(OSError):  # which says that the other end is closed
        while data := os.read(ours, 65536):
            written += data
            if b"\x1b[?25l" in written and not sent:
                process.send_signal(number)
                sent = True
    os.close(ours)
    assert process.wait(60) == 128 + number
    assert written.rindex(b"\x1b[?25h") > written.rindex(b"\x1b[?25l")
    assert written.count(b"\x1b[?25h") >= written.count(b"\x1b[?25l")
