"""The files beside the one on screen: their order, and what comes and goes."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_viewer.core.folder import Folder, Listed, Listing, natural_key


class Ear:
    """A listener that can be waited for."""

    def __init__(self) -> None:
        self.events: list[Listed] = []
        self._changed = threading.Condition()

    def __call__(self, event: Listed) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, count: int = 1) -> Listed:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.events) >= count, 10)
            return self.events[count - 1]


Open = Callable[..., tuple[Folder, Ear]]


@pytest.fixture
def open_folder(no_threads_left: None) -> Iterator[Open]:
    opened: list[Folder] = []

    def open(path: Path | list[Path], *, wait: bool = True) -> tuple[Folder, Ear]:
        ear = Ear()
        opened.append(Folder([path] if isinstance(path, Path) else path, ear))
        if wait:
            ear.wait()
        return opened[-1], ear

    yield open
    for folder in opened:
        folder.close()


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).touch()


def names(folder: Folder) -> list[str]:
    return [path.name for path in folder.listing]


@pytest.mark.parametrize(
    "ordered",
    [
        ["1.png", "2.png", "10.png"],
        ["a.png", "a 2.png", "a-3.png"],
        ["IMG_9.jpg", "IMG_09.jpg", "IMG_10.jpg"][1:],
        ["A.png", "b.png", "C.png"],
        ["Apfel.png", "Äpfel.png", "Birne.png"],
        ["file.gcx", "file.png", "file2.gcx"],
        ["x" * 3 + "0" * 300 + "1.png", "xxx2.png"],
        ["2024-01-02 3.png", "2024-01-02 12.png", "2024-01-10 1.png"],
        ["a٢.png", "aa.png"][::-1],
    ],
)
def test_names_are_in_the_order_in_which_people_count(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=natural_key) == ordered


@given(st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1), unique=True))
def test_the_order_is_the_same_whatever_it_was_before(found: list[str]) -> None:
    ordered = sorted(found, key=natural_key)
    random.Random(1).shuffle(found)
    assert sorted(found, key=natural_key) == ordered
    assert len({natural_key(name) for name in found}) == len(found)


def test_a_file_means_its_folder(tmp_path: Path, open_folder: Open) -> None:
    make(tmp_path, "10.png", "9.gcx", "b.JPG", ".hidden.png", "notes.txt", "c.eps")
    (tmp_path / "folder.png").mkdir()
    folder, ear = open_folder(tmp_path / "9.gcx")
    assert names(folder) == ["9.gcx", "10.png", "b.JPG"]
    assert folder.index(tmp_path / "b.JPG") == 2
    assert len(folder) == 3
    assert tmp_path / "10.png" in folder
    assert tmp_path / "notes.txt" not in folder
    assert ear.events == [Listed(folder.listing)]
    assert folder.watched == [tmp_path]
    assert not folder.is_listing


def test_next_and_previous_stop_or_wrap(tmp_path: Path, open_folder: Open) -> None:
    a, b, c = (tmp_path / name for name in ("a.png", "b.png", "c.png"))
    make(tmp_path, "a.png", "b.png", "c.png")
    folder, _ = open_folder(a)
    assert (folder.next(a), folder.next(b), folder.next(c)) == (b, c, None)
    assert (folder.previous(c), folder.previous(a)) == (b, None)
    assert (folder.next(c, wrap=True), folder.previous(a, wrap=True)) == (a, c)
    assert (folder.first(), folder.last()) == (a, c)
    assert folder.neighbours(b, 2) == [c, a]
    assert folder.neighbours(a, 2) == [b, c]


def test_a_single_file_has_no_neighbours_even_if_it_wraps(
    tmp_path: Path, open_folder: Open
) -> None:
    make(tmp_path, "a.png")
    folder, _ = open_folder(tmp_path / "a.png")
    assert folder.next(tmp_path / "a.png", wrap=True) is None
    assert folder.previous(tmp_path / "a.png", wrap=True) is None


def test_the_file_that_was_opened_is_there_before_the_list_is(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "b.png")
    may_go_on = threading.Event()

    def slow(path: Path) -> bool:
        assert may_go_on.wait(10)
        return path.suffix == ".png"

    ear = Ear()
    folder = Folder([tmp_path / "b.png"], ear, wanted=slow)
    assert names(folder) == ["b.png"]
    assert folder.is_listing
    assert folder.next(tmp_path / "b.png") is None
    may_go_on.set()
    ear.wait()
    assert not folder.is_listing
    assert folder.previous(tmp_path / "b.png") == tmp_path / "a.png"
    folder.close()


def test_a_file_of_any_name_is_in_the_list_if_it_was_opened(
    tmp_path: Path, open_folder: Open
) -> None:
    make(tmp_path, "a.png", "b", "c.png")
    folder, _ = open_folder(tmp_path / "b")
    assert names(folder) == ["a.png", "b", "c.png"]


def test_a_file_that_is_not_there_is_not_in_the_list(tmp_path: Path, open_folder: Open) -> None:
    make(tmp_path, "a.png")
    folder, _ = open_folder(tmp_path / "gone.png")
    assert names(folder) == ["a.png"]


def test_a_folder_means_its_files(tmp_path: Path, open_folder: Open) -> None:
    make(tmp_path, "b.png", "a.png")
    folder, _ = open_folder(tmp_path)
    assert names(folder) == ["a.png", "b.png"]


def test_an_empty_folder_has_neither_first_nor_last(tmp_path: Path, open_folder: Open) -> None:
    folder, ear = open_folder(tmp_path)
    assert (folder.first(), folder.last(), len(folder)) == (None, None, 0)
    assert ear.wait().problems == ()


def test_several_mean_themselves_in_their_order(tmp_path: Path, open_folder: Open) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    make(tmp_path, "z.png", "a.png", "other.png")
    make(inner, "2.png", "1.png")
    given = [tmp_path / "z.png", inner, tmp_path / "a.png", tmp_path / "z.png"]
    folder, _ = open_folder(given)
    assert names(folder) == ["z.png", "1.png", "2.png", "a.png"]
    assert folder.watched == [inner]


def test_links_that_lead_nowhere_do_no_harm(tmp_path: Path, open_folder: Open) -> None:
    make(tmp_path, "a.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "nothing.png").symlink_to("nowhere.png")
    (tmp_path / "good.png").symlink_to("a.png")
    os.mkfifo(tmp_path / "pipe.png")
    folder, _ = open_folder(tmp_path)
    assert names(folder) == ["a.png", "good.png"]


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path, open_folder: Open) -> None:
    folder, ear = open_folder(tmp_path / "gone" / "a.png")
    [problem] = ear.wait().problems
    assert problem.filename == tmp_path / "gone"
    assert len(folder) == 0


def test_files_come_and_go_and_the_current_keeps_its_place(
    tmp_path: Path, open_folder: Open
) -> None:
    make(tmp_path, "a.png", "b.png", "c.png", "d.png")
    b = tmp_path / "b.png"
    folder, ear = open_folder(b)
    make(tmp_path, "aa.png")
    folder.refresh(b)
    ear.wait(2)
    assert (folder.index(b), folder.previous(b)) == (2, tmp_path / "aa.png")

    b.unlink()
    (tmp_path / "aa.png").unlink()
    folder.refresh(b)
    ear.wait(3)
    assert b not in folder
    assert folder.next(b) == tmp_path / "c.png"
    assert folder.previous(b) == tmp_path / "a.png"

    (tmp_path / "c.png").unlink()
    folder.refresh(b)
    ear.wait(4)
    assert folder.next(b) == tmp_path / "d.png"

    (tmp_path / "a.png").unlink()
    (tmp_path / "d.png").unlink()
    folder.refresh(b)
    ear.wait(5)
    assert (folder.next(b), folder.previous(b)) == (None, None)


def test_listings_told_before_never_change(tmp_path: Path, open_folder: Open) -> None:
    make(tmp_path, "a.png")
    folder, ear = open_folder(tmp_path)
    before = ear.wait().listing
    make(tmp_path, "b.png")
    folder.refresh()
    after = ear.wait(2).listing
    assert (list(before), list(after)) == (
        [tmp_path / "a.png"],
        [tmp_path / "a.png", tmp_path / "b.png"],
    )


def test_many_files_are_listed(tmp_path: Path, open_folder: Open) -> None:
    for number in range(3000):
        (tmp_path / f"IMG_{number}.gcx").touch()
    folder, _ = open_folder(tmp_path / "IMG_1500.gcx")
    assert len(folder) == 3000
    assert folder.index(tmp_path / "IMG_1500.gcx") == 1500


def test_nothing_is_told_after_closing(tmp_path: Path, no_threads_left: None) -> None:
    make(tmp_path, "a.png")
    may_go_on = threading.Event()
    asked = threading.Event()

    def slow(path: Path) -> bool:
        asked.set()
        return may_go_on.wait(10)

    ear = Ear()
    folder = Folder([tmp_path / "a.png"], ear, wanted=slow)
    assert asked.wait(10)
    folder.close(0)
    may_go_on.set()
    folder.close()
    folder.refresh()
    assert ear.events == []


@given(
    st.lists(st.integers(0, 30), unique=True, min_size=1).map(sorted),
    st.lists(st.integers(0, 30), unique=True).map(sorted),
    st.data(),
)
def test_going_on_from_a_file_that_is_gone_reaches_what_is_next_to_it(
    before: list[int], after: list[int], data: st.DataObject
) -> None:
    current = data.draw(st.sampled_from(before))
    after = [number for number in after if number in before and number != current]
    path = Path(f"/{current:02}")
    listing = Listing([f"/{number:02}" for number in before])
    newer = listing.followed_by([f"/{number:02}" for number in after], path)
    following, preceding = newer.after(path), newer.before(path)
    assert (None if following is None else after[following]) == min(
        (number for number in after if number > current), default=None
    )
    assert (None if preceding is None else after[preceding]) == max(
        (number for number in after if number < current), default=None
    )
