"""Weights are downloaded once, resumed, pinned, and not taken if they are others.

What is served here is small: these tests are about files. That of the real network is
downloaded by the fixture `msillm_folder`.
"""

import io
import json
import os
import sys
import zipfile

import pytest

from gcx_format import MissingExtraError, WeightsError
from gcx_format.cli import main
from gcx_format.settings import load_settings
from gcx_format.visual.msillm import MsIllm
from gcx_format.visual.msillm.variants import RELEASE, VARIANTS
from gcx_format.weights import WeightStore

pytestmark = pytest.mark.needs("httpx", "torch", "neuralcompression")

FOUR = MsIllm().find(4).checkpoint
SIX = MsIllm().find(6).checkpoint


def archive(data):
    """A ZIP file, as torch writes them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("data.pkl", data)
    return file.getvalue()


CONTENT = archive(bytes(range(256)) * 3000)
OTHER = archive(bytes(range(255, -1, -1)) * 3000)


@pytest.fixture(autouse=True)
def any_network(monkeypatch):
    """Takes any ZIP file for a checkpoint: 0.7 GB of weights say nothing about files."""
    monkeypatch.setattr("gcx_format.visual.msillm.checkpoint.load", lambda path: None)


@pytest.fixture
def site(tmp_path, serve, monkeypatch):
    """A server that has quality 4, and gcx set to it and to an empty folder."""
    folder = tmp_path / "server"
    folder.mkdir()
    (folder / FOUR.file).write_bytes(CONTENT)
    served = serve(folder)
    monkeypatch.setenv("GCX_WEIGHTS_URL", served.url + "/")
    monkeypatch.setenv("GCX_WEIGHTS_FOLDER", str(tmp_path / "weights"))
    return served


@pytest.fixture
def store(site):
    return load_settings().weight_store


def state(store):
    return store.entries([FOUR])[0].state


def test_the_files_are_those_of_the_release():
    assert [variant.checkpoint.file for variant in VARIANTS] == [
        f"msillm_target_{rate}bpp.ckpt"
        for rate in ("0.00218", "0.00438", "0.035", "0.07", "0.14", "0.3", "0.45", "0.9")
    ]


def test_the_release_is_where_they_come_from():
    assert load_settings().weights_url is None
    assert RELEASE.url == "https://dl.fbaipublicfiles.com/NeuralCompression/2023-muckley-msillm"


def test_they_are_downloaded_with_progress_and_pinned(site, store):
    seen = []
    path = store.get(FOUR, accept_licence=True, progress=lambda *n: seen.append(n))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert state(store) == "here"
    assert store.path(FOUR) == path
    assert store.has(FOUR)
    assert [request for request, _ in site.requests] == [f"/models/{FOUR.file}"]
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".ckpt", ".lock", ".lock", ".lock"]


def test_they_are_downloaded_once(site, store):
    store.get(FOUR, accept_licence=True)
    store.get(FOUR)
    assert len(site.requests) == 1


def test_the_licence_has_to_be_accepted_once(site, store):
    with pytest.raises(WeightsError, match=r"CC-BY-NC-4\.0, has not been accepted"):
        store.get(FOUR)
    assert not site.requests
    store.get(FOUR, accept_licence=True)
    assert store.is_licence_accepted(RELEASE)


def test_a_download_that_breaks_off_goes_on_where_it_was(site, store):
    site.break_after = 300_000
    assert store.get(FOUR, accept_licence=True).read_bytes() == CONTENT
    assert [part for _, part in site.requests] == [None, "bytes=300000-", "bytes=600000-"]


def test_a_later_run_goes_on_too(site, store):
    site.break_after = 0
    with pytest.raises(WeightsError, match="what came is kept"):
        store.get(FOUR, accept_licence=True)
    part = store.folder / f"{FOUR.file}.part"
    part.write_bytes(CONTENT[:1000])
    assert state(store) == "partial"
    site.break_after = None
    site.requests.clear()
    assert store.get(FOUR).read_bytes() == CONTENT
    assert site.requests[0][1] == "bytes=1000-"


@pytest.mark.parametrize("change", ["no ranges", "another file"])
def test_it_begins_anew_where_it_cannot_go_on(site, store, change):
    store.folder.mkdir()
    (store.folder / f"{FOUR.file}.part").write_bytes(b"PK" + bytes(5000))
    (store.folder / f"{FOUR.file}.part.etag").write_text('"old"')
    site.ranges = change != "no ranges"
    assert store.get(FOUR, accept_licence=True).read_bytes() == CONTENT


@pytest.mark.parametrize("more", [0, 10])
def test_a_part_that_is_whole_or_too_long_is_no_trap(site, store, more):
    store.folder.mkdir()
    (store.folder / f"{FOUR.file}.part").write_bytes(CONTENT + bytes(more))
    assert store.get(FOUR, accept_licence=True).read_bytes() == CONTENT


def test_another_file_under_the_same_name_is_refused(site, store):
    store.get(FOUR, accept_licence=True).unlink()
    (site.folder / FOUR.file).write_bytes(OTHER)
    with pytest.raises(WeightsError, match="whole, but not the file that was pinned") as caught:
        store.get(FOUR)
    assert str(caught.value).endswith("if it is right, pass replace_pin=True to take it")
    assert state(store) == "partial"


def test_a_pin_is_replaced_without_a_second_download_and_without_the_others(site, store, capsys):
    store.get(FOUR, accept_licence=True).unlink()
    (site.folder / SIX.file).write_bytes(CONTENT)
    pinned = store.get(SIX)
    (site.folder / FOUR.file).write_bytes(OTHER)
    assert main(["weights", "get", "4"]) == 1
    assert "`gcx weights get 4 --replace-pin` takes it" in capsys.readouterr().err
    site.requests.clear()
    assert main(["weights", "get", "4", "--replace-pin"]) == 0
    assert [part for _, part in site.requests] == [f"bytes={len(OTHER)}-"]
    assert store.path(FOUR).read_bytes() == OTHER
    assert store.path(SIX) == pinned
    assert store.is_licence_accepted(RELEASE)


def test_the_pin_of_a_file_that_was_replaced_by_hand_is_too(site, store):
    path = store.get(FOUR, accept_licence=True)
    path.write_bytes(OTHER)
    os.utime(path, ns=(1, 1))
    with pytest.raises(WeightsError, match="was altered"):
        store.path(FOUR)
    assert store.get(FOUR, replace_pin=True) == path
    assert state(store) == "here"


@pytest.mark.parametrize(
    "content",
    [
        b"<html>not found</html>",
        b"PK" + bytes(900),
        CONTENT[:-100],
        CONTENT[:5000] + bytes([CONTENT[5000] ^ 1]) + CONTENT[5001:],
    ],
    ids=["a page", "two letters", "cut short", "a flipped bit"],
)
def test_what_is_no_whole_checkpoint_is_refused_and_not_pinned(site, store, content):
    expected = "the checkpoint is damaged, or not a plain file of weights"
    (site.folder / FOUR.file).write_bytes(content)
    with pytest.raises(WeightsError, match=f"{FOUR.file}: {expected}"):
        store.get(FOUR, accept_licence=True)
    assert state(store) == "absent"
    (store.folder / FOUR.file).write_bytes(content)
    for _ in range(2):
        with pytest.raises(WeightsError, match=expected):
            store.path(FOUR)
    assert store.entries([FOUR])[0].sha256 is None


def test_a_download_that_went_on_with_another_file_is_begun_anew(site, store):
    store.folder.mkdir()
    (store.folder / f"{FOUR.file}.part").write_bytes(OTHER[:5000])  # without an ETag
    with pytest.raises(WeightsError, match="the checkpoint is damaged"):
        store.get(FOUR, accept_licence=True)
    assert store.get(FOUR).read_bytes() == CONTENT


def test_a_server_that_does_not_tell_the_length_will_do(site, store):
    site.tells_length = False
    assert store.get(FOUR, accept_licence=True).read_bytes() == CONTENT


@pytest.mark.parametrize("fault", [{"break_after": 1000}, {"drip": 0.002}])
def test_a_server_that_hardly_sends_is_given_up(site, store, monkeypatch, fault):
    monkeypatch.setattr("gcx_format.weights._PATIENCE", 0.1)
    monkeypatch.setattr("gcx_format.weights._PAUSE", 0.0)
    vars(site).update(fault)
    with pytest.raises(WeightsError, match="what came is kept"):
        store.get(FOUR, accept_licence=True)
    assert len(site.requests) == 5
    assert 0 < store.entries([FOUR])[0].size < len(CONTENT) // 2


def test_without_the_extra_nothing_is_downloaded(site, store, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"MS-ILLM needs an optional part"):
        store.get(FOUR, accept_licence=True)
    assert not site.requests


def test_a_server_without_it_is_named(site, store):
    with pytest.raises(WeightsError, match=r"0\.9bpp\.ckpt answered 404 Not Found"):
        store.get(SIX, accept_licence=True)


def test_a_server_that_is_not_there_is_said(tmp_path):
    with pytest.raises(WeightsError, match="broke off"):
        WeightStore(tmp_path, "http://127.0.0.1:9").get(FOUR, accept_licence=True)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WeightsError, match=r"change the setting weights_folder \(GCX_WEIGHTS_F"):
        WeightStore(tmp_path / "file" / "below").get(FOUR, accept_licence=True)


def test_a_file_that_was_cut_short_is_refused(site, store):
    path = store.get(FOUR, accept_licence=True)
    os.truncate(path, 1000)
    assert state(store) == "altered"
    with pytest.raises(WeightsError, match=f"has 1000 bytes, but was pinned with {len(CONTENT)}"):
        store.path(FOUR)


def test_a_file_that_was_altered_is_refused(site, store):
    path = store.get(FOUR, accept_licence=True)
    path.write_bytes(CONTENT[:-1] + b"x")
    os.utime(path, ns=(1, 1))
    with pytest.raises(WeightsError, match="was altered: its SHA-256 is"):
        store.path(FOUR)


def test_a_file_that_was_only_touched_is_taken(site, store):
    path = store.get(FOUR, accept_licence=True)
    os.utime(path, ns=(1, 1))
    assert state(store) == "unverified"
    assert store.path(FOUR) == path
    assert state(store) == "here"


def test_a_file_put_there_by_hand_is_pinned_when_it_is_first_used(site, store):
    store.folder.mkdir()
    path = store.folder / FOUR.file
    path.write_bytes(CONTENT)
    assert state(store) == "unverified"
    store.path(FOUR)
    path.write_bytes(CONTENT[::-1])
    os.utime(path, ns=(1, 1))
    with pytest.raises(WeightsError, match="was altered"):
        store.path(FOUR)


def test_a_lock_that_is_damaged_is_said(site, store):
    store.get(FOUR, accept_licence=True)
    (store.folder / "weights.lock").write_text("{}")
    with pytest.raises(WeightsError, match="delete it to pin the weights again"):
        store.path(FOUR)


# --- the command -------------------------------------------------------------------------


def test_the_command_shows_the_licence_and_asks(site, store, capsys):
    assert main(["weights", "get", "4"]) == 1
    err = capsys.readouterr().err
    assert "NonCommercial 4.0" in err
    assert "--accept-licence" in err.splitlines()[-1]
    assert main(["weights", "get", "4", "--accept-licence"]) == 0
    assert capsys.readouterr().out.strip() == str(store.folder / FOUR.file)
    assert main(["weights", "get", "4"]) == 0
    assert capsys.readouterr().err == ""


def test_the_command_lists_them(site, store, capsys):
    store.get(FOUR, accept_licence=True)
    assert main(["weights", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [variant.name for variant in VARIANTS]
    assert "here" in lines[5]
    assert main(["weights", "list", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert listed[5]["state"] == "here"
    assert listed[5]["bytes"] == len(CONTENT)
    assert len(listed[5]["sha256"]) == 64
    assert listed[0]["state"] == "absent"


def test_the_command_tells_where_they_are(site, store, capsys):
    assert main(["weights", "path"]) == 0
    assert capsys.readouterr().out.strip() == str(store.folder)
    assert main(["weights", "path", "4"]) == 1
    assert "`gcx weights get 4`" in capsys.readouterr().err
    store.get(FOUR, accept_licence=True)
    assert main(["weights", "path", "4"]) == 0
    assert capsys.readouterr().out.strip().endswith("msillm_target_0.3bpp.ckpt")


def test_the_command_knows_the_names(site, store, capsys):
    assert main(["weights", "get", "7"]) == 2
    assert "unknown weights '7'; known are vlo1, vlo2, 1" in capsys.readouterr().err
