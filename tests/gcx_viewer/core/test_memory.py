"""Decoded pictures stay in memory while there is room."""

from PIL import Image

from gcx_viewer.core.pictures import Picture
from gcx_viewer.core.viewing.memory import PictureMemory


def square(side: int, mode: str = "L") -> Picture:
    return Picture(Image.new(mode, (side, side)), "photograph")


def test_the_least_recently_used_make_room():
    memory = PictureMemory(250)
    for name in "abc":
        memory.put(name, square(10))
        memory.get("a")
    assert memory.get("a") is not None
    assert memory.get("b") is None
    assert memory.get("c") is not None
    assert (len(memory), memory.bytes) == (2, 200)


def test_a_picture_takes_the_place_of_its_own_and_not_more():
    memory = PictureMemory(1000)
    memory.put("a", square(10, "RGB"))
    assert memory.bytes == 300
    memory.put("a", square(10))
    assert (len(memory), memory.bytes) == (1, 100)


def test_what_is_larger_than_all_room_drives_nothing_out():
    memory = PictureMemory(250)
    memory.put("a", square(10))
    memory.put("b", square(20))
    assert memory.get("a") is not None
    assert memory.get("b") is None
    memory.clear()
    assert (len(memory), memory.bytes) == (0, 0)
