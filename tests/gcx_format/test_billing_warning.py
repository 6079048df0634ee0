"""Whatever paints in a program of somebody's own says what it costs before it is paid."""

import os
import re
import subprocess
import sys

import pytest

from gcx_format import encode, write
from gcx_format.settings import load_settings
from gcx_format.spending import Ledger

COUNTED = """
import sys, warnings
import numpy as np
import gcx_pillow
from gcx_format import BillingWarning, decode, read
from PIL import Image

first, second = sys.argv[1:]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    {code}
for warning in caught:
    print(warning.category.__name__, warning.lineno, warning.message)
"""


@pytest.fixture
def files(openai_environment, tmp_path, picture):
    paths = [tmp_path / "first.gcx", tmp_path / "second.gcx"]
    for path in paths:
        write(path, encode(picture, text=f"The {path.stem} house.", visual_bytes=200))
    return paths


@pytest.fixture(scope="module")
def picture():
    from PIL import Image

    return Image.new("RGB", (64, 64), "teal")


def run(files, code, **environment):
    """What a program of its own prints on stdout."""
    ran = subprocess.run(
        [sys.executable, "-c", COUNTED.format(code=code), *files],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


@pytest.mark.parametrize(
    "code",
    [
        "[np.asarray(Image.open(f)) for f in (first, second)]",
        "[Image.open(f).resize((8, 8)) for f in (first, second)]",
        "[decode(read(f), filename=f) for f in (first, second)]",
    ],
    ids=["array", "resize", "decode"],
)
def test_the_first_paid_picture_of_a_process_is_announced_at_the_callers_line(
    openai_environment, files, code
):
    said = run(files, code)
    price = re.search(r"\$0\.\d+", said)[0]
    assert said == (
        f"BillingWarning 11 {files[0]}: gpt-4o is about to paint a picture for {price} at most, "
        f"which makes {price} of $1.00 today; later pictures are paid without a warning. "
        "GCX_POLICY=cached-only shows only what is stored and pays nothing, "
        "GCX_BILLING_WARNING=0 turns this warning off\n"
    )
    assert len(openai_environment.requests) == 2


def test_the_total_of_the_day_counts_what_other_processes_paid(files):
    run(files, "Image.open(first).load()")
    paid = float(Ledger.of(load_settings()).spent_today())  # by what the server says it used
    said = run(files, "decode(read(second), candidates=2)")
    assert "about to paint 2 pictures for " in said
    price, total = map(float, re.findall(r"\$(0\.\d+)", said))
    assert 0 < paid < price
    assert total == pytest.approx(price + paid, abs=0.0002)


def test_as_an_error_it_keeps_every_picture_from_being_paid(openai_environment, files):
    code = """
    warnings.simplefilter("error", BillingWarning)
    for path in (first, second, first):
        try:
            Image.open(path).load()
        except BillingWarning:
            print("refused")
"""
    assert run(files, code) == "refused\n" * 3
    assert openai_environment.requests == []


@pytest.mark.parametrize(
    ("environment", "code", "requests"),
    [
        ({"GCX_BILLING_WARNING": "0"}, "Image.open(first).load()", 1),
        ({}, "gcx_pillow.register_gcx_opener(billing_warning=False); Image.open(first).load()", 1),
        ({"GCX_POLICY": "cached-only"}, "Image.open(first).load()", 0),
        ({}, "gcx_pillow.register_gcx_opener(policy='cached-only'); Image.open(first).load()", 0),
        ({"GCX_POLICY": "ask"}, "decode(read(first), confirm=lambda cost: True)", 1),
        ({}, "Image.open(first).thumbnail((8, 8))", 0),
    ],
    ids=["variable", "option", "policy", "policy-option", "asked", "thumbnail"],
)
def test_it_is_not_given_where_it_is_turned_off_or_nothing_is_paid_unasked(
    openai_environment, files, environment, code, requests
):
    assert run(files, code, **environment) == ""
    assert len(openai_environment.requests) == requests


def test_what_is_stored_is_shown_without_a_word(openai_environment, files):
    run(files, "Image.open(first).load()")
    assert run(files, "Image.open(first).load()") == ""
    assert len(openai_environment.requests) == 1


def test_the_command_tells_prices_itself(openai_environment, files, tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "gcx_format", "decode", files[0], "-o", tmp_path / "a.png"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(openai_environment.requests) == 1
