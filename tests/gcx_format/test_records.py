"""What is stored with a picture: written by any version of gcx, and read in one place."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from gcx_format.provenance import DigitalSourceType
from gcx_format.records import Record

WRITTEN_BEFORE = {
    "model": "gpt-4o",
    "route": "responses",
    "host_model": "gpt-4o",
    "image_model": None,
    "quality": "auto",
    "prompt": "generate-text-image/1",
    "source": "words and visual condition",
    "usage": {"host": {"input_tokens": 900}, "image": {"output_tokens": 4160}},
    "cost_usd": "0.211",
    "estimated": False,
    "seconds": 31.25,
    "score": 0.8125,
    "request_id": "req_1",
    "revised_prompt": "A house.",
    "size_asked": [1008, 672],
    "size_received": [2016, 1344],
    "frame": [0, 0, 1008, 672],
    "gcx": "1.0.0",
    "made": "2026-10-01T12:00:00+00:00",
    "descriptor": "d" * 64,
    "request": "e" * 64,
    "file": "20261001T120000000000-1f3c09ab.png",
    "bytes": 1000,
    "sha256": "f" * 64,
}
"""A record as gcx wrote it before its format had a number."""


def test_a_record_of_before_is_read_whole():
    record = Record.from_json(json.dumps(WRITTEN_BEFORE))
    assert record == Record(
        generator="openai",
        model="gpt-4o",
        source="words and visual condition",
        digital_source_type=DigitalSourceType.TRAINED_ALGORITHMIC,
        usage={"host": {"input_tokens": 900}, "image": {"output_tokens": 4160}},
        cost_usd=Decimal("0.211"),
        estimated=False,
        seconds=31.25,
        score=0.8125,
        request_id="req_1",
        revised_prompt="A house.",
        size_asked=(1008, 672),
        size_received=(2016, 1344),
        frame=(0, 0, 1008, 672),
        gcx="1.0.0",
        details={
            "route": "responses",
            "host_model": "gpt-4o",
            "image_model": None,
            "quality": "auto",
            "prompt": "generate-text-image/1",
        },
        made=datetime(2026, 10, 1, 12, tzinfo=UTC),
        descriptor="d" * 64,
        request="e" * 64,
        file="20261001T120000000000-1f3c09ab.png",
        file_bytes=1000,
        sha256="f" * 64,
    )


def test_what_is_written_comes_back():
    record = Record.from_json(json.dumps(WRITTEN_BEFORE))
    known = json.loads(json.dumps(record.to_json()))
    assert known == WRITTEN_BEFORE | {
        "format": 2,
        "generator": "openai",
        "digital_source_type": "trainedAlgorithmicMedia",
    }
    assert Record.from_json(json.dumps(known)) == record


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model", 4),
        ("source", ["words"]),
        ("digital_source_type", "photograph"),
        ("usage", "much"),
        ("cost_usd", "NaN"),
        ("cost_usd", "a lot"),
        ("seconds", "long"),
        ("score", True),
        ("size_asked", [1008]),
        ("size_received", "1008x672"),
        ("frame", [0, 0, 1.5, 2]),
    ],
)
def test_what_makes_no_sense_is_unknown(name, value):
    record = Record.from_json(json.dumps(WRITTEN_BEFORE | {name: value}))
    assert getattr(record, name) == getattr(Record(), name)
    assert record.details == Record.from_json(json.dumps(WRITTEN_BEFORE)).details


@pytest.mark.parametrize("name", ["made", "descriptor", "file", "bytes", "sha256"])
def test_a_record_that_does_not_say_of_which_picture_is_none(name):
    for broken in ({**WRITTEN_BEFORE, name: None}, {**WRITTEN_BEFORE, name: []}):
        with pytest.raises(ValueError):  # noqa: PT011
            Record.from_json(json.dumps(broken))


def test_what_a_later_version_adds_is_kept():
    record = Record.from_json(json.dumps(WRITTEN_BEFORE | {"format": 3, "mood": "blue"}))
    assert record.details["mood"] == "blue"
