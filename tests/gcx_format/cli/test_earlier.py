"""What was encoded before is skipped only while it is what it would be today, or it is said."""

import os
import shutil
import time

import pytest
from PIL import Image

import gcx_format

QUICK = ("--describe", "none", "--scale", "8")
KEPT = "gcx: kept as before: 1 file {}; --force encodes again\n"


@pytest.fixture
def encoded(gcx, photo, tmp_path):
    """A folder with a photograph and its descriptor of the same time."""
    path = photo(tmp_path / "photos" / "a.jpg")
    assert gcx("encode", path.parent, *QUICK).code == 0
    return path.parent


def replaced(path, size):
    """Another photograph under the same name, with an older date."""
    while time.time_ns() <= path.with_suffix(".gcx").stat().st_mtime_ns + 20_000_000:
        time.sleep(0.01)
    Image.radial_gradient("L").resize(size).save(path)
    os.utime(path, (1_000_000_000, 1_000_000_000))


def test_another_photograph_with_an_older_date_is_encoded(gcx, encoded):
    replaced(encoded / "a.jpg", (64, 48))
    assert gcx("encode", encoded, *QUICK).out.startswith(f"{encoded / 'a.gcx'}: ")
    assert gcx_format.read(encoded / "a.gcx").size == (64, 48)


@pytest.mark.skipif(os.name == "nt", reason="Windows does not keep the time of the last change")
def test_another_photograph_of_the_same_size_is_said(gcx, encoded):
    replaced(encoded / "a.jpg", (96, 64))
    ran = gcx("encode", encoded, *QUICK)
    assert ran.out == "encoded 0, skipped 1, failed 0\n"
    assert ran.err == KEPT.format("made before the photograph was replaced, moved or touched")


@pytest.mark.skipif(os.name == "nt", reason="Windows does not keep the time of the last change")
def test_with_a_hash_it_is_known(gcx, encoded, tmp_path):
    assert gcx("encode", encoded, *QUICK, "--hash", "--force").code == 0
    shutil.copy(encoded / "a.jpg", tmp_path / "copy.jpg")
    replaced(encoded / "a.jpg", (96, 64))
    shutil.copy(tmp_path / "copy.jpg", encoded / "a.jpg")
    os.utime(encoded / "a.jpg", (1_000_000_000, 1_000_000_000))
    ran = gcx("encode", encoded, *QUICK)
    assert (ran.out, ran.err) == ("encoded 0, skipped 1, failed 0\n", "")
    replaced(encoded / "a.jpg", (96, 64))
    assert gcx("encode", encoded, *QUICK).out.startswith(f"{encoded / 'a.gcx'}: ")


@pytest.mark.parametrize(
    ("options", "difference"),
    [
        (["--scale", "16"], "with another scale"),
        (["--scale", "8", "--visual-bytes", "600"], "with far fewer bytes than allowed now"),
        (["--visual-bytes", "20"], "with more bytes than allowed now"),
        (["--bpp", "0.01"], "with more bytes than allowed now"),
        (["--visual", "none", "--text-from", "metadata"], "with another kind of visual condition"),
        (["--text-from", "metadata"], "without words"),
        (["--text", "A red house."], "with other words"),
        (["--note", "From the attic."], "with another note"),
        (["--hash"], "without a hash"),
    ],
)
def test_what_was_made_with_other_options_is_said(gcx, encoded, options, difference):
    ran = gcx("encode", encoded, "--describe", "none", *options)
    assert ran.out == "encoded 0, skipped 1, failed 0\n"
    assert ran.err == KEPT.format(difference)


def test_a_damaged_descriptor_is_kept_and_said(gcx, encoded):
    (encoded / "a.gcx").write_bytes(b"GCX")
    ran = gcx("encode", encoded, *QUICK)
    assert ran.err == KEPT.format("that cannot be read")
    assert (encoded / "a.gcx").read_bytes() == b"GCX"


def test_the_default_is_known_again(gcx, encoded):
    assert gcx("encode", encoded, "--describe", "none").err == ""


def test_done_is_what_was_done_though_another_photograph_has_the_name_now(gcx, encoded, photo):
    photo(encoded / "a.png", (64, 48))
    os.utime(encoded / "a.png", (1_000_000_000, 1_000_000_000))
    for told in ("encoded 1, skipped 1, failed 0", "encoded 0, skipped 2, failed 0"):
        ran = gcx("encode", encoded, *QUICK)
        assert ran.out.startswith(told)
        assert ran.err == ""
    assert sorted(path.name for path in encoded.glob("*.gcx")) == ["a.gcx", "a.png.gcx"]
    assert gcx_format.read(encoded / "a.png.gcx").size == (64, 48)
