"""Words from a picture's own metadata."""

from __future__ import annotations

import io
import struct
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gcx_format import encode
from gcx_format.describe.metadata import words_from_metadata

CAPTION = "A red house by the sea"

IMAGE_DESCRIPTION, USER_COMMENT = 0x010E, 0x9286
XP_TITLE, XP_COMMENT, XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9F


def picture(format: str = "JPEG", **options) -> Image.Image:
    """A picture that went through a file with the metadata given."""
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, format, **options)
    return Image.open(buffer)


def with_exif(tags: dict[int, object], user_comment: bytes | None = None, endian: str = "<"):
    exif = Image.Exif()
    exif.endian = endian
    exif.update(tags)
    if user_comment is not None:
        exif.get_ifd(0x8769)[USER_COMMENT] = user_comment
    return picture(exif=exif)


def with_png_texts(**texts: str):
    chunks = PngInfo()
    for keyword, text in texts.items():
        chunks.add_itxt(keyword, text)
    return picture("PNG", pnginfo=chunks)


def xmp(properties: str, attributes: str = "") -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:other="http://example.org/" {attributes}>{properties}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def alternatives(name: str, **texts: str) -> str:
    items = "".join(
        f'<rdf:li xml:lang="{tag.replace("_", "-")}">{text}</rdf:li>' for tag, text in texts.items()
    )
    return f"<dc:{name}><rdf:Alt>{items}</rdf:Alt></dc:{name}>"


def iptc(*data_sets: tuple[int, bytes]) -> bytes:
    """An APP13 segment of JPEG with data sets of IPTC's record 2."""
    records = b"".join(
        struct.pack(">BBBH", 0x1C, 2, number, len(value)) + value for number, value in data_sets
    )
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(records)) + records
    payload = b"Photoshop 3.0\0" + resource + b"\0" * (len(records) % 2)
    return b"\xff\xed" + struct.pack(">H", len(payload) + 2) + payload


class TestXmp:
    @pytest.mark.parametrize("format", ["JPEG", "WEBP", "TIFF", "PNG", "AVIF"])
    def test_is_read_from_every_format_that_carries_it(self, format):
        packet = xmp(alternatives("description", x_default=CAPTION))
        if format == "PNG":
            options = {"pnginfo": PngInfo()}
            options["pnginfo"].add_itxt("XML:com.adobe.xmp", packet.decode())
        else:
            options = {"tiffinfo": {700: packet}} if format == "TIFF" else {"xmp": packet}
        assert words_from_metadata(picture(format, **options)) == CAPTION

    def test_gives_the_default_language_before_english(self):
        packet = xmp(alternatives("description", de="Rot", en_GB="Red", x_default="Rood huis"))
        assert words_from_metadata(picture(xmp=packet)) == "Rood huis"

    def test_gives_english_where_there_is_no_default(self):
        packet = xmp(alternatives("description", de="Ein rotes Haus", en_GB=CAPTION))
        assert words_from_metadata(picture(xmp=packet)) == CAPTION

    def test_gives_no_other_language(self):
        packet = xmp(alternatives("description", de="Ein rotes Haus"))
        assert words_from_metadata(picture(xmp=packet)) is None

    @pytest.mark.parametrize(
        "packet",
        [
            xmp("", f'dc:description="{CAPTION}"'),
            xmp(f"<dc:description>{CAPTION}</dc:description>"),
            xmp(f"<dc:description><rdf:Alt><rdf:li>{CAPTION}</rdf:li></rdf:Alt></dc:description>"),
        ],
    )
    def test_is_read_in_its_short_forms(self, packet):
        assert words_from_metadata(picture(xmp=packet)) == CAPTION

    def test_is_not_mistaken_for_a_property_of_the_same_name(self):
        packet = xmp("<other:description>of something else</other:description>")
        assert words_from_metadata(picture(xmp=packet)) is None

    def test_yields_to_the_next_source_where_it_is_a_bomb(self):
        bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
            f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">'.encode() for i in range(9)
        )
        packet = bomb + b"]>" + xmp("<dc:description>&j;</dc:description>")
        assert words_from_metadata(picture(xmp=packet, comment=CAPTION)) == CAPTION

    def test_does_not_read_files_that_it_names(self):
        packet = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + xmp(
            "<dc:description>&a;</dc:description>"
        )
        assert words_from_metadata(picture(xmp=packet)) is None

    @pytest.mark.parametrize(
        "packet",
        [
            b"<",
            b"\xff\xfe\x00",
            b"<a/>",
            xmp("<dc:description/>"),
            xmp("<dc:description><rdf:Alt/></dc:description>"),
            xmp(alternatives("description", x_default=CAPTION))[:-30],
            b'<?xml version="1.0" encoding="no-such"?>' + xmp(""),
            xmp("<a>" * 9000 + "</a>" * 9000),
        ],
    )
    def test_yields_to_the_next_source_where_it_is_damaged_or_empty(self, packet):
        image = picture(comment=CAPTION)
        image.info["xmp"] = packet
        assert words_from_metadata(image) == CAPTION

    def test_of_many_megabytes_is_not_read(self):
        image = picture(comment="short")
        image.info["xmp"] = xmp(f"<dc:description>{CAPTION}{' ' * 2**21}</dc:description>")
        assert words_from_metadata(image) == "short"


class TestIptc:
    @pytest.mark.parametrize("coded", [b"Caf\xc3\xa9 am Meer", b"Caf\xe9 am Meer"])
    def test_caption_is_read_in_utf_8_and_latin_1(self, coded):
        image = picture(extra=iptc((5, b"Title"), (120, coded)))
        assert words_from_metadata(image) == "Café am Meer"

    def test_that_is_damaged_yields_to_the_next_source(self):
        segment = iptc((120, CAPTION.encode())).replace(b"\x1c\x02", b"\x00\xff")
        assert words_from_metadata(picture(extra=segment, comment="next")) == "next"


class TestExif:
    def test_description_is_read(self):
        assert words_from_metadata(with_exif({IMAGE_DESCRIPTION: CAPTION})) == CAPTION

    def test_description_may_be_utf_8_against_the_standard(self):
        image = with_exif({IMAGE_DESCRIPTION: "Café 🏠".encode()})
        assert words_from_metadata(image) == "Café 🏠"

    @pytest.mark.parametrize("tag", [XP_COMMENT, XP_SUBJECT, XP_TITLE])
    def test_texts_of_windows_are_read(self, tag):
        image = with_exif({tag: "Café 日本\0".encode("utf-16-le")})
        assert words_from_metadata(image) == "Café 日本"

    @pytest.mark.parametrize(
        ("comment", "endian", "words"),
        [
            (b"ASCII\0\0\0" + CAPTION.encode(), "<", CAPTION),
            (b"\0" * 8 + CAPTION.encode(), "<", CAPTION),
            (b"UNICODE\0" + "Café am Meer".encode("utf-16-le"), "<", "Café am Meer"),
            (b"UNICODE\0" + "Café am Meer".encode("utf-16-be"), ">", "Café am Meer"),
            (b"UNICODE\0" + "Café am Meer".encode("utf-16-be"), "<", "Café am Meer"),
            (b"UNICODE\0" + "Café am Meer".encode("utf-16"), ">", "Café am Meer"),
            (b"UNICODE\0" + "海辺の赤い家".encode("utf-16-le"), "<", "海辺の赤い家"),
            (b"JIS\0\0\0\0\0" + "海辺の赤い家".encode("iso2022_jp"), "<", "海辺の赤い家"),
            (CAPTION.encode(), "<", CAPTION),
            (b"ASCII\0\0\0" + b" " * 200, "<", None),
            (b"ASCII\0\0\0", "<", None),
            (b"ASCII", "<", None),
            (b"JIS\0\0\0\0\0\x1b$B\xff", "<", None),
            (b"UNICODE\0\xd8", "<", None),
            (b"", "<", None),
        ],
    )
    def test_user_comment_is_read_in_its_character_codes(self, comment, endian, words):
        assert words_from_metadata(with_exif({}, comment, endian)) == words

    def test_that_is_damaged_yields_to_the_next_source(self):
        image = picture(comment=CAPTION)
        image.info["exif"] = b"Exif\0\0II*\0\xff\xff\xff\xff"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert words_from_metadata(image) == CAPTION


class TestTexts:
    @pytest.mark.parametrize("keyword", ["Description", "Comment", "Title", "description"])
    def test_of_png_are_read(self, keyword):
        assert words_from_metadata(with_png_texts(**{keyword: "海辺の赤い家"})) == "海辺の赤い家"

    def test_of_png_after_the_pixels_are_read(self):
        whole = io.BytesIO()
        Image.new("RGB", (8, 8)).save(whole, "PNG")
        with_text = io.BytesIO()
        chunks = PngInfo()
        chunks.add_text("Description", CAPTION, zip=True)
        Image.new("RGB", (8, 8)).save(with_text, "PNG", pnginfo=chunks)
        data = with_text.getvalue()
        start = data.index(b"zTXt") - 4
        chunk = data[start : start + 12 + struct.unpack(">I", data[start : start + 4])[0]]
        end = whole.getvalue().index(b"IEND") - 4
        image = Image.open(io.BytesIO(whole.getvalue()[:end] + chunk + whole.getvalue()[end:]))
        image.load()
        assert words_from_metadata(image) == CAPTION

    @pytest.mark.parametrize("format", ["JPEG", "GIF"])
    @pytest.mark.parametrize("coded", ["Café am Meer".encode(), "Café am Meer".encode("latin-1")])
    def test_of_comments_are_read(self, format, coded):
        assert words_from_metadata(picture(format, comment=coded)) == "Café am Meer"


class TestOrder:
    def test_is_that_of_how_likely_a_person_meant_it(self):
        title = alternatives("title", x_default="6 xmp")
        sources = {
            "xmp": xmp(alternatives("description", x_default="1 xmp") + title),
            "extra": iptc((120, b"2 iptc"), (5, b"7 iptc")),
            "comment": b"5 comment",
        }
        exif = Image.Exif()
        exif.update(
            {
                IMAGE_DESCRIPTION: "3 exif",
                XP_COMMENT: "4 windows".encode("utf-16-le"),
                XP_TITLE: "8 windows".encode("utf-16-le"),
            }
        )
        found = []
        while True:
            words = words_from_metadata(picture(exif=exif, **sources))
            if words is None:
                break
            found.append(words)
            match words[0]:
                case "1":
                    sources["xmp"] = xmp(title)
                case "2":
                    sources["extra"] = iptc((5, b"7 iptc"))
                case "3":
                    del exif[IMAGE_DESCRIPTION]
                case "4":
                    del exif[XP_COMMENT]
                case "5":
                    del sources["comment"]
                case "6":
                    del sources["xmp"]
                case "7":
                    del sources["extra"]
                case "8":
                    del exif[XP_TITLE]
        assert found == [
            "1 xmp", "2 iptc", "3 exif", "4 windows", "5 comment", "6 xmp", "7 iptc", "8 windows",
        ]  # fmt: skip

    def test_passes_over_filler(self):
        image = with_exif({IMAGE_DESCRIPTION: "OLYMPUS DIGITAL CAMERA         "})
        image.info["comment"] = CAPTION.encode()
        assert words_from_metadata(image) == CAPTION


@pytest.mark.parametrize(
    "filler",
    [
        "OLYMPUS DIGITAL CAMERA         ",
        "KONICA MINOLTA DIGITAL CAMERA",
        "SONY DSC",
        "<Digimax S600 / Kenox S600 / Digimax Cyber 630>",
        "Exif_JPEG_PICTURE",
        "Created with GIMP",
        "Created with The GIMP",
        "CREATOR: gd-jpeg v1.0 (using IJG JPEG v80), quality = 90\n",
        "Lavc58.134.100",
        "Optimized by JPEGmini 3.14.2.84235 0x2ae39f3a",
        "LEAD Technologies Inc. V1.01",
        "DCIM\\100MEDIA\\DJI_0042.JPG",
        "IMG_20210704_120000.jpg",
        "Screenshot",
        "ASCII",
        "charset=Ascii",
        "charset=InvalidCharsetId",
        "binary comment",
        "hdrpl",
        "default",
        "https://example.org/1234",
        "Copyright 2019 Somebody",
        "--- 2019 ---",
        " \0\0 ",
        "",
    ],
)
def test_what_programs_and_cameras_write_is_no_description(filler):
    assert words_from_metadata(picture(comment=filler)) is None
    assert words_from_metadata(with_png_texts(Description=filler)) is None


@pytest.mark.parametrize(
    "words",
    [
        "Lighthouse",
        "My digital life",
        "A photo of the test track",
        "海",
        "HDR is not what this is about",
        "Picture of Dorian Gray",
        "The copyright office",
        "see https://example.org/1234",
    ],
)
def test_what_a_person_wrote_is_one(words):
    assert words_from_metadata(with_png_texts(Description=words)) == words


class TestTidiness:
    def test_control_characters_go_and_white_space_is_one_space(self):
        image = picture()
        image.info["comment"] = b" A\x1b[31m red\r\n\thouse\x00\x07 by \xe2\x80\xae the\x7f sea \n"
        assert words_from_metadata(image) == "A[31m red house by the sea"

    def test_joiners_of_scripts_and_emoji_stay(self):
        assert (
            words_from_metadata(with_png_texts(Title="👩\u200d🌾 می\u200cروم"))
            == "👩\u200d🌾 می\u200cروم"
        )

    def test_what_is_longer_is_cut_at_a_word(self):
        words = words_from_metadata(with_png_texts(Description="house " * 1000))
        assert words == ("house " * 333).strip()
        assert len(words) == 1997

    def test_a_word_that_ends_at_the_limit_stays(self):
        text = "ab " * 666 + "cd and more"
        assert words_from_metadata(with_png_texts(Description=text)) == "ab " * 666 + "cd"

    def test_a_text_without_spaces_is_cut_where_it_must_be(self):
        assert words_from_metadata(with_png_texts(Description="海" * 3000)) == "海" * 2000

    def test_a_very_long_text_is_cut_within_no_character(self):
        comment = ("x" + "é" * 40000).encode()
        image = picture()
        image.info["comment"] = comment
        assert words_from_metadata(image) == "x" + "é" * 1999


@pytest.mark.parametrize("name", ["xmp", "exif", "comment", "Description", "photoshop", "Title"])
@pytest.mark.parametrize("value", [None, 7, b"\xff\x00", "\ud800", (1, 2), [], {}, {1028: b"\x1c"}])
def test_metadata_of_any_kind_is_at_most_no_words(name, value):
    image = picture()
    image.info[name] = value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        words_from_metadata(image)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=200), st.text(max_size=200))
def test_any_bytes_give_words_that_a_descriptor_takes(comment, user_comment, description):
    image = picture()
    image.info["comment"] = comment
    image.info["Description"] = description
    image.info["xmp"] = xmp("", "").replace(b"><", b">" + comment + b"<", 1)
    image.getexif().get_ifd(0x8769)[USER_COMMENT] = user_comment
    words = words_from_metadata(image)
    if words is not None:
        assert encode(image, text=words, visual="none").text == words


def test_a_picture_without_metadata_has_no_words():
    assert words_from_metadata(Image.new("L", (1, 1))) is None
    assert words_from_metadata(picture()) is None
