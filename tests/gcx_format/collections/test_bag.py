"""A collection in a bag, as the package bagit validates it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gcx_format
from gcx_format.cli import main
from gcx_format.collections import Collection
from gcx_format.collections.rows import row_of
from gcx_format.collections.writing import writing

pytestmark = pytest.mark.needs("pyarrow", "bagit")


@pytest.fixture
def folder(tmp_path) -> Path:
    visual = gcx_format.CodedVisual("av1", 8.0, b"not looked into")
    gcx = gcx_format.dumps(gcx_format.Descriptor(width=40, height=30, visual=visual))
    with writing(tmp_path / "c", shard_rows=2) as writer:
        for name in "abc":
            writer.add(row_of(gcx, Path(name), program="gcx 0.9" if name == "a" else "gcx 1.0"))
    return tmp_path / "c"


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_bag_is_valid_and_the_collection_untouched(folder, tmp_path, capsys):
    import bagit

    before = files(folder)
    assert main(["archive", "bagit", str(folder), str(tmp_path / "bag")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'bag'}: a bag of 3 pictures\n"
    assert files(folder) == before
    bag = bagit.Bag(str(tmp_path / "bag"))
    bag.validate()
    assert bag.algorithms == ["sha512"]
    assert bag.info["External-Description"] == "A collection of 3 picture descriptors (.gcx)"
    assert bag.info["Software-Agent"].startswith("gcx ")
    assert {"Payload-Oxum", "Bagging-Date"} <= bag.info.keys()
    assert [row.path for row in Collection.open(tmp_path / "bag" / "data")] == ["a", "b", "c"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bag", "c"]


def test_the_record_of_events(folder, tmp_path):
    assert main(["archive", "bagit", str(folder), str(tmp_path / "bag"), "--quiet"]) == 0
    record = json.loads((tmp_path / "bag" / "data" / "events.json").read_bytes())
    known = [
        (event["eventType"], event["agentName"], event.get("codec"), event["pictures"])
        for event in record["events"]
    ]
    assert known[:2] == [("creation", "gcx 0.9", "av1", 1), ("creation", "gcx 1.0", "av1", 2)]
    assert known[2][0] == "information package creation"


def test_an_altered_byte_is_found(folder, tmp_path):
    import bagit

    assert main(["archive", "bagit", str(folder), str(tmp_path / "bag")]) == 0
    path = tmp_path / "bag" / "data" / "data" / "000000.parquet"
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path / "bag")).validate()


def test_an_existing_target_is_refused(folder, tmp_path, capsys):
    (tmp_path / "bag").mkdir()
    assert main(["archive", "bagit", str(folder), str(tmp_path / "bag")]) == 1
    assert "something has this name already" in capsys.readouterr().err
    assert list((tmp_path / "bag").iterdir()) == []


def test_a_damaged_collection_is_not_put_into_a_bag(folder, tmp_path, capsys):
    path = folder / "data" / "000001.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    assert main(["archive", "bagit", str(folder), str(tmp_path / "bag")]) == 1
    assert "000001.parquet" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["c"]
