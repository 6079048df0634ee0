"""Contact sheets, looked at in a real browser."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow  # noqa: F401  # what is tested needs it
import pytest
from PIL import Image

import chromium
import gcx_format
from gcx_format import container
from gcx_format.collections.rows import Row, row_of
from gcx_format.collections.sheet import as_image, as_page

HOSTILE = {
    "markup.jpg": "<script>document.title='taken over'</script><img src=x onerror=alert(1)>",
    "end.jpg": "</script><script>document.title='taken over'</script>",
    "comment.jpg": "<!--<script>",
    "rtl.jpg": "\u202e\u05e9\u05dc\u05d5\u05dd",
    "emoji.jpg": "\U0001f469\u200d\U0001f680\U0001f415",
    "long.jpg": "word " * 2_000,
    "<b>&lt;.jpg": "a name with signs",
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    picture = Image.merge(
        "RGB", [Image.linear_gradient("L").rotate(turn) for turn in (0, 90, 180)]
    ).resize((96, 64))
    coded = container.dumps(gcx_format.encode(picture, scale=4, visual_bytes=150))
    grey = container.dumps(gcx_format.encode(picture.convert("L"), scale=4, visual_bytes=150))
    words = container.dumps(gcx_format.encode(picture, text="Words alone.", visual="none"))
    made = [row_of(coded, Path(f"2020/{number:05}.jpg")) for number in range(3_000)]
    made = [replace(each, words="A boat.", taken=datetime(2020, 6, 1)) for each in made]
    made += [replace(row_of(coded, Path(name)), words=text) for name, text in HOSTILE.items()]
    return [*made, row_of(grey, Path("grey.jpg")), row_of(words, Path("café.jpg"))]


CARDS = "[...document.querySelectorAll('.card')].map((card) => card.title)"
COUNT = "document.getElementById('count').textContent"


@pytest.mark.skipif(chromium.PROGRAM is None, reason="Chromium is not installed")
@pytest.mark.parametrize(("width", "columns"), [(1280, 5), (390, 2)])
def test_a_page_in_a_browser(rows, tmp_path, width, columns):
    path = tmp_path / "sheet.html"
    path.write_bytes(as_page(rows, "Sea & <sun>"))
    with chromium.browsing(tmp_path / "profile") as page:
        page.open(path, width, 844)
        assert page.value("document.title") == "Sea & <sun>"
        assert page.value(COUNT) == "3,009 of 3,009"
        assert page.value(CARDS)[0] == "2020/00000.jpg"
        assert columns * 3 <= len(page.value(CARDS)) <= columns * 8  # what is in sight, and near
        assert page.value("document.documentElement.scrollWidth") <= width
        tops = page.value("[...document.querySelectorAll('.card')].map((card) => card.style.top)")
        assert tops.count("0px") == columns

        page.press("/")
        page.type("emoji")
        assert (page.value(COUNT), page.value(CARDS)) == ("1 of 3,009", ["emoji.jpg"])
        page.press("/")
        page.value("document.getElementById('search').select()")
        page.type("CAFE words")
        assert page.value(CARDS) == ["café.jpg"]
        assert page.value("document.querySelectorAll('.card img').length") == 0

        page.value("document.getElementById('search').select()")
        page.type("grey")
        decoded = "document.querySelector('.card img').decode().then(() => 1)"
        assert page.value(decoded) == 1

        for name, text in HOSTILE.items():
            page.value("document.getElementById('search').select()")
            page.type(name)
            assert page.value(CARDS) == [name]
            assert page.value(decoded) == 1
            assert page.value("document.querySelector('.card span').textContent") == text
        page.press("Enter")
        page.press("Enter")
        assert page.value("document.getElementById('one').open")
        assert page.value("document.getElementById('path').textContent") == "<b>&lt;.jpg"
        assert page.value("document.title") == "Sea & <sun>"

        page.press("Escape")
        assert not page.value("document.getElementById('one').open")
        page.press("/")
        page.value("document.getElementById('search').select()")
        page.type("boat")
        page.value("window.scrollTo(0, document.body.scrollHeight)")
        page.value("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
        assert page.value(CARDS)[-1] == "2020/02999.jpg"
        shown = page.call("Page.captureScreenshot", format="png")["data"]
        assert len(shown) > 10_000
        assert page.complaints == []


def test_a_page_asks_for_nothing_else(rows):
    page = as_page(rows[-9:], "c").decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert not re.findall(r'(?:src|href)="?(?!data:)https?:', page)
    assert page.count("<script") == 2
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert data
    told = {each["path"]: each for each in json.loads(data[1])}
    assert told["end.jpg"]["words"] == HOSTILE["end.jpg"]
    assert told["grey.jpg"]["picture"].startswith("data:image/avif;base64,")
    assert told["café.jpg"]["picture"] == ""


def test_an_image_has_a_tile_for_each(rows):
    sheet = as_image(rows[-9:])
    assert (sheet.mode, sheet.size) == ("RGB", (4 * 204 + 12, 3 * 220 + 12))
    assert sheet.getpixel((12 + 96, 12 + 96)) != (255, 255, 255)
    out = io.BytesIO()
    sheet.save(out, "JPEG")
