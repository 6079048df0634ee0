"""The text model's builder makes the same table from the same texts, and keeps no text in it."""

import hashlib
import os
import subprocess
import sys
import zlib
from itertools import pairwise
from pathlib import Path

import pytest

from gcx_format.text.model import coding as model
from gcx_format.text.model import table

ROOT = Path(__file__).parents[2]
SECRET = "a zebra wearing seventeen velvet hats recites forbidden poems beneath copper moons"


def run(module, *arguments, seed="0"):
    command = [sys.executable, "-m", f"benchmarks.text_model.{module}", *map(str, arguments)]
    environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return answer.stdout


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A few hundred composed descriptions, and one text that occurs once."""
    folder = tmp_path_factory.mktemp("corpus")
    lines = run("compose").splitlines()
    (folder / "own.txt").write_text("\n".join(lines[:210]) + "\n", encoding="utf-8")
    apart = [line.partition("\t")[2] for line in lines[210:420]]
    (folder / "apart.txt").write_text("\n".join([*apart, SECRET]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(corpus):
    path = corpus / "table.bin"
    report = run("build", path, corpus / "own.txt", "--apart", corpus / "apart.txt")
    return path, report


def test_the_same_texts_give_the_same_bytes(corpus, built):
    again = corpus / "again.bin"
    run("build", again, corpus / "own.txt", "--apart", corpus / "apart.txt", seed="7")
    assert again.read_bytes() == built[0].read_bytes()


def test_the_report_names_the_sources_and_the_table(corpus, built):
    path, report = built
    digest = hashlib.sha256((corpus / "own.txt").read_bytes()).hexdigest()
    assert "| own.txt | 210 |" in report
    assert digest in report
    assert hashlib.sha256(path.read_bytes()).hexdigest() in report


def test_the_built_table_codes_texts(built):
    known = table.parse(built[0].read_bytes())
    text = "Photo: a wooden jetty on a still lake; soft grey clouds."
    payload = model.encode_with(known, text)
    assert model.decode_with(known, payload).decode() == text
    assert len(payload) < len(zlib.compress(text.encode(), 9)) / 2


def test_no_run_from_a_single_text_is_kept(built):
    known = table.parse(built[0].read_bytes())
    words = [" " + word for word in SECRET.split()]
    numbers = [known.numbers.get(word) for word in words]
    for first, second in pairwise(numbers):
        if first is not None and second is not None:
            assert known.after_one.place(first, second) is None


def test_the_scenes_give_the_same_descriptions_every_time():
    first = run("compose", seed="1")
    assert first == run("compose", seed="2")
    assert len(first.splitlines()) == 1202
