"""Words from a picture's own metadata."""

# ruff: noqa: RUF001  (texts in many languages are what is tested)

from __future__ import annotations

import io
import struct
import time
import tomllib
import warnings
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gcx_format import encode
from gcx_format.describe.metadata import words_from_metadata

CAPTION = "A red house by the sea"

IMAGE_DESCRIPTION, USER_COMMENT = 0x010E, 0x9286
XP_TITLE, XP_COMMENT, XP_KEYWORDS, XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F


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
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" '
        f'xmlns:other="http://example.org/" {attributes}>{properties}</rdf:Description>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def alternatives(name: str, **texts: str) -> str:
    items = "".join(
        f'<rdf:li xml:lang="{tag.replace("_", "-")}">{text}</rdf:li>' for tag, text in texts.items()
    )
    return f"<dc:{name}><rdf:Alt>{items}</rdf:Alt></dc:{name}>"


def bag(*keywords: str) -> str:
    items = "".join(f"<rdf:li>{keyword}</rdf:li>" for keyword in keywords)
    return f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>"


def iptc(*data_sets: tuple[int, bytes], character_set: bytes | None = None) -> bytes:
    """An APP13 segment of JPEG with data sets of IPTC's record 2, and 1:90 before them."""
    numbered = [(2, number, value) for number, value in data_sets]
    if character_set is not None:
        numbered.insert(0, (1, 90, character_set))
    records = b"".join(
        struct.pack(">BBBH", 0x1C, record, number, len(value)) + value
        for record, number, value in numbered
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

    @pytest.mark.parametrize(
        ("character_set", "coded", "words"),
        [
            (b"\x1b%G", "Café am Meer".encode(), "Café am Meer"),
            (b"\x1b%G", "Café am Meer".encode("latin-1"), "Café am Meer"),
            (b"\x1b-L", "Красный дом у моря".encode("iso8859-5"), "Красный дом у моря"),
            (b"\x1b-L", "Красный дом у моря".encode(), "Красный дом у моря"),
            (b"\x1b.A", "Café am Meer".encode("latin-1"), "Café am Meer"),
            (b"garbage", "Café am Meer".encode("latin-1"), "Café am Meer"),
            (b"", "Café am Meer".encode(), "Café am Meer"),
            (None, "Anna’s house – by the sea".encode("cp1252"), "Anna’s house – by the sea"),
        ],
    )
    def test_caption_is_read_in_the_character_set_that_it_is_in(self, character_set, coded, words):
        segment = iptc((120, coded), character_set=character_set)
        assert words_from_metadata(picture(extra=segment)) == words

    def test_caption_that_was_cut_within_a_character_is_read(self):
        coded = ("Ein Café " + "é" * 1000).encode()[:2001]
        assert words_from_metadata(picture(extra=iptc((120, coded)))).startswith("Ein Café éé")

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
        "coded",
        [
            "Café 日本".encode("utf-16-le") + b"\0",
            "Café 日本".encode("utf-16-le") + b"\0" * 9,
            "Café 日本\0\0\0".encode("utf-16-le"),
            "Café 日本".encode("utf-16"),
            b"\xfe\xff" + "Café 日本".encode("utf-16-be"),
            "Café 日本".encode("utf-16-le") + b"\x3d\xd8",
        ],
    )
    def test_texts_of_windows_may_be_odd_padded_marked_or_cut(self, coded):
        assert words_from_metadata(with_exif({XP_COMMENT: coded})) == "Café 日本"

    @pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("endian", ["<", ">"])
    @pytest.mark.parametrize(
        "words",
        [
            CAPTION,
            "aaaa",
            "Größe, Übermut und Café",
            "海辺の赤い家",
            "海边的红房子",
            "海邊的紅色房屋",
            "바닷가의 빨간 집",
            "Красный дом у моря",
            "Το κόκκινο σπίτι δίπλα στη θάλασσα",
            "البيت الأحمر على البحر",
            "הבית האדום ליד הים",
            "บ้านสีแดงริมทะเล",
            "समुद्र के किनारे लाल घर",
            "Căn nhà đỏ bên bờ biển",
            "Ev 🏠 deniz 🌊",
        ],
    )
    def test_user_comment_is_read_in_either_byte_order(self, words, endian, order):
        comment = b"UNICODE\0" + words.encode(order) + b"\0\0"
        assert words_from_metadata(with_exif({}, comment, endian)) == words

    @pytest.mark.parametrize(
        ("comment", "endian", "words"),
        [
            (b"ASCII\0\0\0" + CAPTION.encode(), "<", CAPTION),
            (b"\0" * 8 + CAPTION.encode(), "<", CAPTION),
            (b"UNICODE\0" + "Café am Meer".encode("utf-16-le"), "<", "Café am Meer"),
            (b"UNICODE\0" + "Café am Meer".encode("utf-16-be"), ">", "Café am Meer"),
            (b"UNICODE\0" + "Café am Meer".encode("utf-16-be"), "<", "Café am Meer"),
            (b"UNICODE\0" + "Café am Meer".encode("utf-16"), ">", "Café am Meer"),
            (b"UNICODE\0\xfe\xff" + "海辺の赤い家".encode("utf-16-be"), "<", "海辺の赤い家"),
            (b"Unicode\0" + "海辺の赤い家".encode("utf-16-le") + b"\0", ">", "海辺の赤い家"),
            (b"JIS\0\0\0\0\0" + "海辺の赤い家".encode("shift_jis"), "<", "海辺の赤い家"),
            (b"JIS\0\0\0\0\0" + "海辺の赤い家".encode("euc_jp"), "<", "海辺の赤い家"),
            (b"\0" * 8 + "海辺の赤い家".encode(), ">", "海辺の赤い家"),
            (b"ASCII\0\0\0" + "Café am Meer".encode("latin-1") + b"\0" * 5, "<", "Café am Meer"),
            (b"ASCII\0\0\0" + bytes(range(1, 256)), "<", None),
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


WRITTEN_BY_CAMERAS_AND_PROGRAMS = [
    "OLYMPUS DIGITAL CAMERA         ",
    "Olympus  digital\tcamera",
    "CREATOR: gd-jpeg v1.0 (using IJG JPEG v80), quality = 90\n",
    "filter: 0; fileterIntensity: 0.0;\nmulti-frame: 1;\nbrp_del_th: 0.0000,0.0000;\ndelta:1;\n",
    " \0\0 ",
    "",
    "OLYMPUS DIGITAL CAMERA",
    "KONICA MINOLTA DIGITAL CAMERA",
    "MINOLTA DIGITAL CAMERA",
    "MEDION DIGITAL CAMERA",
    "JENOPTIK DIGITAL CAMERA",
    "NIKON DIGITAL CAMERA",
    "SAMSUNG DIGITAL CAMERA",
    "LG DIGITAL CAMERA",
    "DIGITAL CAMERA",
    "KODAK Digital Still Camera",
    "MOULTRIE DIGITAL GAME CAMERA",
    "SONY DSC",
    "Minolta DSC",
    "SAMSUNG CAMERA PICTURES",
    "SAMSUNG",
    "<KENOX S1050 / Samsung S1050>",
    "<Digimax i5, Samsung #1>",
    "<Digimax S600 / Kenox S600 / Digimax Cyber 630>",
    "Exif_JPEG_PICTURE",
    "Exif_JPEG_420",
    "Exif_JPEG_420-freed",
    "My beautiful picture",
    "HELLOMOTO",
    "DVC 10.1 HDMI",
    "Scanner",
    "_cuva",
    "smart",
    "bsh",
    "hdr",
    "rhdr",
    "hdrpl",
    "oznorWO",
    "oznorCB",
    "frontbhdp",
    "fbthdr",
    "mde_soft",
    "btfmdn",
    "sdr_HDRB",
    "cof",
    "dav",
    "edf",
    "fshbty",
    "burst",
    "dav_vivid",
    "oplus_32",
    "Oplus_131072",
    "oplus_16908288",
    "filter: 0; fileterIntensity: 0.0; filterMask: 0; captureOrientation: 0;",
    "filter: 0; jpegRotation: 270; fileterIntensity: 0.000000; filterMask: 0; "
    "module:31facing:1; .hw-remosaic: 0; .touch: (-1.0, -1.0); .modeInfo: Beauty ; "
    ".sceneMode: Night; .cct_value: 0; .AI_Scene: (-1, -1); .aec_lux: 0.0; .hist255: 0.0; "
    ".hist252~255: 0.0; .hist0~15: 0.0; .",
    "module: photo; hw-remosaic: false; touch: (-1.0, -1.0); sceneMode: 8; cct_value: 0; "
    "AI_Scene: (-1, -1); aec_lux: 120.5; albedo: ; confidence: ; motionLevel: -1; "
    "weatherinfo: null; temperature: 38;",
    "CameraID=52 FrameCount=30 lutFilename= configID= "
    "configFilename=JavaSaBr_S23_AGC92v13_v49_Sharp.agc configNickname=JavaSaBr profileID=5 "
    "Version=AGC9.2 V6.0",
    "iso=100 scene=auto",
    "samsung:hdr",
    "Shot on OnePlus 9 Pro",
    "Shot on iPhone 13 Pro Max",
    "Canon EOS 5D Mark II",
    "NIKON D70",
    "iPhone 12 Pro Max back triple camera",
    "DJI",
    "default",
    "dji_fly_20240706_141126_38_1720273904195_photo",
    "DJI_0042",
    "DJI_20230713_143059_0001_V",
    r"DCIM\100MEDIA\DJI_0042.JPG",
    r"C:\Users\Anna\Pictures\scan.jpg",
    "/storage/emulated/0/DCIM/Camera/IMG_20200101_120000.jpg",
    "IMG_20230101_120000",
    "IMG_1234",
    "_MG_1234",
    "DSC00123",
    "DSC_0042",
    "_DSC0042",
    "DSCN1234",
    "DSCF1234",
    "P1010001",
    "PA280012",
    "CIMG1234",
    "IMGP1234",
    "100_1234",
    "SAM_0001",
    "PICT0001",
    "HPIM1234",
    "L1000123",
    "GOPR0123",
    "GH010023",
    "PXL_20230922_231845140",
    "PXL_20230922_231845140.MP",
    "MVIMG_20180101_120000",
    "IMG-20200101-WA0001",
    "WhatsApp Image 2020-01-01 at 12.00.00",
    "WhatsApp Image 2020-01-01 at 12.00.00 PM (1)",
    "signal-2020-01-01-120000",
    "photo_2020-01-01_12-00-00",
    "received_123456789012345",
    "FB_IMG_1592345678901",
    "mmexport1592345678901",
    "Snapchat-1234567890",
    "00000IMG_00000_BURST20200101120000000_COVER",
    "20230101_120000",
    "20230101_120000_HDR",
    "2023-01-01 12.00.00",
    "IMG_20230101_120000_HDR~2",
    "10152345678901234_n",
    "8263987746_d0a6055c58_o",
    "red_house.jpg",
    "image001",
    "Image (2)",
    "Scan0001",
    "Scan 12",
    "Scan_20200101",
    "Untitled-1",
    "Picture 1",
    "Screenshot",
    "Screenshots",
    "Screenshot_20200101-120000_Instagram",
    "Screenshot_20200101-120000",
    "Screenshot 2020-01-01 at 12.00.00",
    "Screen Shot 2019-07-04 at 3.12.45 PM",
    "Screenshot from 2020-01-01 12-00-00",
    "Screenshot (12)",
    "Bildschirmfoto 2019-01-01 um 12.00.00",
    "Capture d’écran 2020-01-01 à 12.00.00",
    "スクリーンショット 2020-01-01 12.00.00",
    "Снимок экрана",
    "HP Scanner",
    "Scanned with CamScanner",
    "Scanned Document",
    "Scanned with LiDE 210",
    "Imacon Color Scanner",
    "Created with GIMP",
    "Created with The GIMP",
    "created with gimp",
    "Created with GIMP on a Mac",
    "GIMP 2.10",
    "Picasa",
    "Picasa 3.0",
    "Processed with VSCO with a6 preset",
    "Processed with VSCOcam with f2 preset",
    "Processed with VSCO and Layout",
    "MiniMagick",
    "MiniMagick 4.11.0",
    "ImageMagick 6.9.10-23 Q16 x86_64 20190101 https://imagemagick.org",
    "Adobe Photoshop CS6 (Windows)",
    "Adobe Photoshop Lightroom 5.7.1 (Macintosh)",
    "Photoshop",
    "paint.net 4.0.6",
    "Software: Microsoft Office",
    "Microsoft Office",
    "Microsoft Windows Photo Viewer 6.1.7600.16385",
    "Created by Imlib",
    "iClarified",
    "Edited with Snapseed",
    "Made with Canva",
    "Made with Blender",
    "Generated by DALL-E 3",
    "Generated with FooPlot 3.2.1",
    "Edited at https://lunapic.com",
    "Upscaled with Gigapixel v8.4.4. 1600x1270 => 3200x2540 (2x)",
    "Optimized by JPEGmini 3.14.2.84235 0x2ae39f3a",
    "Optimized by JPEGmini 3.9.20.0L Internal 0x8c97c7da",
    "Compressed by jpeg-recompress",
    "CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 92",
    "CREATOR: gd-jpeg v1.0 (using IJG JPEG v80), default quality",
    "CREATOR: XV Version 3.10a Rev: 12/29/94",
    "LEAD Technologies Inc. V1.01",
    "AppleMark",
    "File written by Adobe Photoshop¨ 4.0",
    "File source: https://commons.wikimedia.org/wiki/File:Example.jpg",
    "Intel(R) JPEG Library, version [1.51.12.44]",
    "Intel(R) JPEG Library, version 1,5,4,36",
    "ACD Systems Digital Imaging",
    "Handmade Software, Inc. Image Alchemy v1.11",
    "JPEG Encoder Copyright 1998, James R. Weeks and BioElectroMech.",
    "Paint Tool -SAI- JPEG Encoder v1.00",
    "U-Lead Systems, Inc.",
    "Lavc58.134.100",
    "Lavc58.134.100 libx264",
    "binary comment",
    "ASCII",
    "UNICODE",
    "charset=Ascii",
    'charset="InvalidCharsetId"',
    "untitled",
    "Sans titre",
    "无标题",
    "Ohne Titel",
    "Untitled design",
    "New Bitmap Image",
    "PowerPoint Presentation",
    "Microsoft Word - Document1",
    "Slide 1",
    "Layer 1",
    "user comments",
    "Copyright 2019 Somebody",
    "Copyright (c) 2014. All rights reserved.",
    "© 2019 Anna Smith",
    "(c) Anna Smith",
    "All rights reserved",
    "Copyright,Spreadtrum,2011",
    "https://example.org/1234",
    "www.example.org",
    "anna@example.org",
    "dafbfeb8-a129-4e7c-9cf0-e7996a701cdb",
    "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}",
    "d41d8cd98f00b204e9800998ecf8427e",
    "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "eFdpbnRlcjE5OTV4IQ==",
    "ZmxhZ3tiMTFhM2YwZWY0YmMxNzBiYTk0MDljMDc3MzU1YmJhMik=",
    "FBMD01000a9c0d0000",
    "0x8f2a01",
    '{"AIGC":{"Label":"1","ContentProducer":"NETA"}}',
    '{"mode":"portrait","zoom":1.0}',
    '[{"x":1}]',
    '<?xml version="1.0"?><a/>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>',
    'a:2:{s:4:"mode";i:1;}',
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1",
    "--- 2019 ---",
    "x-default",
    "null",
    "KODAK EASYSHARE C813 ZOOM DIGITAL CAMERA",
    "Kodak",
    "PENTAX DIGITAL CAMERA",
    "CASIO COMPUTER CO.,LTD.",
    "FUJIFILM FinePix S5600",
    "SM-G960F",
    "MOTOROLA",
    "Hello Moto",
    "Software: GIMP 2.8",
    "Software: Adobe Photoshop CS5",
    "Adobe Photoshop 7.0",
    "Adobe Photoshop Elements 9",
    "Adobe ImageReady",
    "Windows Photo Editor 10.0.10011.16384",
    "Created with Paint.NET",
    "Created in Photoshop",
    "Created using ImageMagick",
    "Edited with PicsArt",
    "Made with Microsoft Paint",
    "Made in Canva",
    "Created with Inkscape (http://www.inkscape.org/)",
    "Created with Microsoft Fresh Paint",
    "Image created with Canva",
    "Photo edited with Lightroom",
    "Shared via Instagram",
    "Instagram",
    "VSCO",
    "VSCOcam",
    "Snapseed",
    "Snapseed 2.0",
    "Processed by ImageMagick 7",
    "Converted by IrfanView 4.51",
    "Resized with ImageMagick",
    "EPSON Scanner",
    "EPSON Scan",
    "EPSON Perfection V600",
    "EPSON scanner image",
    "Canon MF Toolbox 4.9",
    "CanoScan LiDE 110",
    "scanned image",
    "Scanned by CamScanner",
    "Scanned with an EPSON Perfection V600",
    "Screenshot 1",
    "Screenshot 2023-07-04 101010",
    "Screen Recording 2020-01-01",
    "screenshot.png",
    "Captura de pantalla 2020-01-01 a las 12.00.00",
    "屏幕截图 2020-01-01 120000",
    "Captured with Lightshot",
    "Captured by Snagit 2019",
    "Lightshot",
    "Greenshot",
    "dji_export_20200101",
    "dji_mimo_20250321_113618_0_1742555647725_photo",
    "oppo_0",
    "oplus_0",
    "oplus_2097152",
    "vivo",
    "mtk",
    "sdr",
    "nor_vivid",
    "rbtnor",
    "IMG_E1234",
    "IMG_0001 (1)",
    "IMG_20210101_WA0012",
    "image0.jpeg",
    "DSC_1234-edited",
    "P1000123-2",
    "RIMG0012",
    "CAM00012",
    "WP_20140101_12_00_00_Pro",
    "C360_2014-01-01-12-00-00-000",
    "B612_20180101_120000_123",
    "20190704_181500(1)",
    "VID-20200101-WA0002",
    "FILE0001",
    "Image1",
    "PIC00012",
    "STC_0012",
    "YDXJ0012",
    "GRMN0012",
    "1592345678901",
    "Photo on 1-1-20 at 12.00 PM",
    "Photo on 01.01.20 at 12.00 #2",
    "550e8400e29b41d4a716446655440000",
    "5d41402abc4b2a76b9719d911017c592",
    "iVBORw0KGgoAAAANSUhEUgAAAAUA",
    "aGVsbG8gd29ybGQ=",
    "SGVsbG8gV29ybGQhIFRoaXMgaXM",
    '{"a":1}',
    "{'mode': 'auto'}",
    "[1, 2, 3]",
    "mode: auto; iso: 100; ev: 0",
    "Mode=Auto; ISO=100",
    "key: value; other: 3;",
    "hdr:off;scene:night;",
    "<root><a>1</a></root>",
    '<photo id="3"/>',
    "<!-- comment -->",
    "Description",
    "Add a caption",
    "Beschreibung",
    "No description available",
    "Untitled Export",
    "Untitled_Panorama1",
    "Untitled-2 copy",
    "Presentation1",
    "Document1",
    "new project 2",
    "JIS",
    "JPEG",
    "JPEG Image",
    "Exif",
    "GoPro",
    "GOPRO",
    "MAVIC",
    "Mavic Pro",
    "HERO5 Black",
    "LG Electronics",
    "Leica Q2",
    "libjpeg-turbo",
    "mozjpeg 4.0",
    "PNG image",
    "Google",
    "AI generated image",
    "Made with Google AI",
    "Edited with Google AI",
    "Created with AI",
    "xmp.did:8b1b6f2e-1234-4e7c-9cf0-e7996a701cdb",
    "adobe:docid:photoshop:8b1b6f2e-1234-11e7-9cf0-e7996a701cdb",
    "uuid:8b1b6f2e-1234-11e7-9cf0-e7996a701cdb",
    "Optimized with ImageOptim",
    "Compressed with TinyPNG",
    "Compressed by TinyJPG",
    "Optimized by Optimus",
    "ezgif.com-resize",
    "Generated by Midjourney",
    "Stable Diffusion",
    "Created by Nero PhotoSnap",
    "Created with ACDSee",
    "IrfanView 4.5",
    "XnView",
    "Digital StillCamera",
    "Digital Camera FinePix",
    "Ricoh Theta S",
    "SIGMA DP2",
    "HUAWEI P20 Pro",
    "Xiaomi 12",
    "Redmi Note 8",
    "REDMI NOTE 8 PRO AI QUAD CAMERA",
    "SHOT ON MI 9T AI TRIPLE CAMERA",
    "Shot on POCO X3",
    "Captured by Vivo V20",
]

WRITTEN_BY_PEOPLE = [
    "Copyright law lecture, hall 3",
    "Created by the children in class 3b",
    "Picasa trip with the children",
    "Smart car at the fair",
    "Lighthouse",
    "My digital life",
    "A photo of the test track",
    "HDR is not what this is about",
    "Picture of Dorian Gray",
    "The copyright office",
    "see https://example.org/1234",
    "海",
    "海辺の赤い家",
    "Das rote Haus am Meer",
    "Screenshot of the weather map before the storm",
    "Screenshot from the first level of the game",
    "Scanned by my grandfather in 1998: the old mill",
    "Scan of a letter from 1912",
    "Scanner in the library basement",
    "Scanners at the airport",
    "Samsung building in Seoul",
    "Canon in the castle yard",
    "Nikon F3 on a wooden table",
    "GoPro on a surfboard",
    "A Kodak Brownie camera on a shelf",
    "Digital camera on a tripod by the lake",
    "Old digital camera, Olympus, on a white table",
    "Made with love by Anna",
    "Made by hand in Portugal",
    "Created with paper and glue by class 4",
    "Edited by Tom: the dog at the beach",
    "Processed cheese on a plate",
    "Generated heat rising over the road",
    "Software engineers at lunch",
    "Photoshop class, May 2012",
    "Created with GIMP by Anna for the church fair",
    "Default settings of a family: everyone at the table",
    "Left: Anna; right: Tom; in front: the dog",
    "left: Anna; right: Tom; middle: Max",
    "Oslo harbour, 2019",
    "2019-07-04 Oslo harbour",
    "IMG: a red house by the sea",
    "Image 12 of the church, seen from the south",
    "Photo 1 by the sea",
    "Snow 2017",
    "Paris2019",
    "Bali 2019",
    "Test of the new fire engine",
    "Untitled (red and blue)",
    "Unknown soldier's grave",
    "Background: the Alps; foreground: a cow",
    "Burst pipe in the kitchen",
    "Montag am See",
    "Nor any drop to drink",
    "Auto",
    "Apple",
    "Python",
    "Galaxy",
    "Panorama",
    "Eosinophils",
    "Polaroid of my mother",
    "iPhone on a kitchen table",
    "Pixel the cat",
    "Hero of the day",
    "DJI drone over the fields",
    "WhatsApp headquarters",
    "Signal 12 on the railway",
    "The <b>red</b> house",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "#ThrowbackThursdayWithFriends",
    "E=mc2 on a blackboard",
    "Anna & Tom, 25 years",
    "(Anna and the dog)",
    "[Anna, Tom and the dog]",
    '"Red house"',
    "Sunset",
    "© sign painted on a wall. The street is wet",
    "Microsoft campus in Redmond",
    "Adobe house in Taos",
    "Adobe walls in the evening light",
    "Instagram friends at the pier",
    "Canva of the sky",
    "File cabinets in an office",
    "Kodak moment at the harbour",
    "Casio watch on a wrist",
    "Motorola headquarters at dusk",
    "Shot on a foggy morning",
    "Shot with a bow and arrow",
    "Captured by pirates: the ship",
    "Captured at dawn near Bergen",
    "Optimized route through the old town",
    "Compressed air tank",
    "Resized trousers",
    "Converted barn in Kent",
    "Converted by hand to a tiny house",
    "Taken with my grandmother's camera",
    "Taken at Canon Beach",
    "Made in Japan",
    "Made in Italy",
    "Designed by Zaha Hadid",
    "Drawn by Tom, 5 years",
    "Photo of the JPEG team",
    "Vivo en Madrid",
    "Hello Moto party in the garden",
    "Null island buoy",
    "None of us was ready",
    "Layer cake with cherries",
    "Slide at the playground",
    "Slide 3 metres high at the playground",
    "Page from an old book",
    "Figure skating in Oslo",
    "Frame of a bicycle",
    "Capture the flag",
    "Portrait of Anna",
    "Portrait 1, oil on canvas",
    "Night 3 in the hotel",
    "Bild von Oma",
    "Foto: Anna im Garten",
    "Description of a fight",
    "Title fight, round 3",
    "Comment ça va?",
    "Test match at Lord's",
    "Default judge's house",
    "Smart people",
    "HDR sunset at the pier",
    "DAV public school",
    "Mon amour",
    "Edf building in Paris",
    "Chrismas 1999",
    "Summer, 1985",
    "Ibiza '99",
    "Room 101",
    "Highway 66",
    "Pier 39",
    "Area 51",
    "Boeing 747",
    "Boeing-747 over Kent",
    "B-52",
    "MiG-29",
    "R2D2 and C3PO",
    "Apollo 11",
    "WW2 bunker",
    "Class of 2005",
    "3 kittens in a basket",
    "5 o'clock tea",
    "7up can",
    "U2 concert",
    "Dr. Smith: before; after: none",
    "Sea; sand; sun",
    "Day 1: arrival; Day 2: the hike",
    "Title: Sunset",
    "Location: Oslo; Photographer: Anna",
    "Time=money graffiti",
    "AT&T building",
    "(c) in the alphabet, a tile on the wall. It is blue",
    "Oslo:",
    "Room:101",
    "標題:海辺",
    "A. Smith & Sons, 12 High St.",
    "GIMP in a leather suit",
    "Wilhelm Tell",
    "Anna",
    "Tom & Jerry",
    "iPad on the sofa",
    "<3 you all",
    "Red/white/blue flag",
    "either/or/both",
    "#sunset #sea",
    "@anna at the pier",
    "Scan the horizon",
    "Scanning the sky",
    "Screen of a cinema",
    "Paint on a wall",
    "Word of the day: sea",
]


@pytest.mark.parametrize("mark", WRITTEN_BY_CAMERAS_AND_PROGRAMS)
def test_what_cameras_and_programs_write_is_no_description(mark):
    assert words_from_metadata(with_png_texts(Description=mark)) is None


@pytest.mark.parametrize("words", WRITTEN_BY_PEOPLE)
def test_what_a_person_wrote_is_one(words):
    assert words_from_metadata(with_png_texts(Description=words)) == words


@pytest.mark.parametrize(
    "text",
    [
        "1 " * 1000,
        "https://1 " * 200,
        "Copyright 2019, " * 125,
        "scan1" * 400,
        "Screenshot from " * 125,
        "Created with GIMP 1 " * 100,
        "a: 1;" * 400,
        "0x1" * 600,
        "\\" * 1990,
        "a\\b" * 600,
        "nornor_hdr" * 200,
        "2019-01-01 1" * 160,
        "(" * 1990,
    ],
)
def test_a_text_that_is_almost_a_mark_is_soon_told_from_one(text):
    image = with_png_texts(Description=text + " the sea!")
    start = time.perf_counter()
    words_from_metadata(image)
    assert time.perf_counter() - start < 5


def test_every_mark_names_who_writes_it_and_where_it_was_seen():
    file = resources.files("gcx_format.describe").joinpath("metadata_marks.toml")
    table = tomllib.loads(file.read_text("utf-8"))
    for group in table["group"]:
        assert group["maker"]
        assert set(group["seen"]) <= set(table["sources"])
        assert group.get("exact") or group.get("patterns")


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


class TestGarbledText:
    @pytest.mark.parametrize(
        ("garbled", "meant"),
        [
            ("CafÃ© am Meer", "Café am Meer"),
            ("MÃƒÂ¶wen am Meer", "Möwen am Meer"),
            ("Annaâ€™s house", "Anna’s house"),
            ("Ð\x9cÐ¾Ñ\x80Ðµ", "Море"),
            ("Anna\x92s house", "Anna’s house"),
        ],
    )
    def test_is_read_as_it_was_meant(self, garbled, meant):
        assert words_from_metadata(with_png_texts(Description=garbled)) == meant

    @pytest.mark.parametrize(
        "text", ["Café", "Ã la carte", "São Paulo – Âncora", "5 £ or 6 €", "Â"]
    )
    def test_is_not_seen_where_a_text_is_merely_foreign(self, text):
        assert words_from_metadata(with_png_texts(Description=text)) == text


class TestHeadline:
    def test_stands_in_for_a_description(self):
        packet = xmp(
            "<photoshop:Headline>A red house</photoshop:Headline>"
            + alternatives("title", x_default="House 7")
        )
        assert words_from_metadata(picture(xmp=packet)) == "A red house"
        packet = xmp("", 'photoshop:Headline="A red house"')
        assert words_from_metadata(picture(xmp=packet)) == "A red house"
        segment = iptc((5, b"House 7"), (105, b"A red house"))
        assert words_from_metadata(picture(extra=segment)) == "A red house"

    def test_yields_to_a_description(self):
        segment = iptc((105, b"Sea news"), (120, CAPTION.encode()))
        assert words_from_metadata(picture(extra=segment)) == CAPTION


class TestKeywords:
    @pytest.mark.parametrize(
        "options",
        [
            {"xmp": xmp(bag("dusk", "North Sea", "fog"))},
            {"xmp": xmp(bag("dusk, North Sea; fog"))},
            {"extra": iptc((25, b"dusk"), (25, b"North Sea"), (25, b"fog"))},
        ],
    )
    def test_are_the_words_where_there_is_no_description(self, options):
        assert words_from_metadata(picture(**options)) == "dusk, North Sea, fog"

    def test_of_windows_are_read(self):
        image = with_exif({XP_KEYWORDS: "dusk;North Sea;fog\0".encode("utf-16-le")})
        assert words_from_metadata(image) == "dusk, North Sea, fog"

    def test_follow_the_description(self):
        segment = iptc((120, CAPTION.encode()), (25, b"dusk"), (25, b"fog"))
        assert words_from_metadata(picture(extra=segment)) == "A red house by the sea. dusk, fog"

    def test_follow_a_sentence_without_a_second_full_stop(self):
        packet = xmp(alternatives("description", x_default="家は赤い。") + bag("夕暮れ"))
        assert words_from_metadata(picture(xmp=packet)) == "家は赤い。 夕暮れ"

    def test_follow_a_title(self):
        segment = iptc((5, b"Lighthouse"), (25, b"dusk"))
        assert words_from_metadata(picture(extra=segment)) == "Lighthouse. dusk"

    def test_that_the_description_contains_are_left_out(self):
        packet = xmp(
            alternatives("description", x_default="Scattered houses by the Sea")
            + bag("SEA", "cat", "house", "by the sea", "scattered")
        )
        words = words_from_metadata(picture(xmp=packet))
        assert words == "Scattered houses by the Sea. cat, house"

    def test_that_the_description_contains_are_left_out_in_scripts_without_spaces(self):
        packet = xmp(alternatives("description", x_default="海辺の赤い家") + bag("家", "霧"))
        assert words_from_metadata(picture(xmp=packet)) == "海辺の赤い家. 霧"

    def test_are_named_once(self):
        assert words_from_metadata(picture(xmp=xmp(bag("fog", "Fog", "fog")))) == "fog"

    def test_are_taken_from_one_source(self):
        packet, segment = xmp(bag("fog", "dusk")), iptc((25, b"fo"), (25, b"dusk"))
        assert words_from_metadata(picture(xmp=packet, extra=segment)) == "fog, dusk"

    def test_of_programs_are_passed_over(self):
        packet = xmp(
            bag(
                "geotagged",
                "geo:lat=63.4",
                "IMG_1234",
                "_Digikam_root_tag_/People",
                "Picasa",
                "fog",
            )
        )
        assert words_from_metadata(picture(xmp=packet)) == "fog"

    def test_are_whole_ones_of_200_characters_together(self):
        packet = xmp(bag(*(f"a word number {number}" for number in range(100, 200))))
        words = words_from_metadata(picture(xmp=packet))
        assert words.startswith("a word number 100, a word number 101, ")
        assert words.endswith(", a word number 109")
        assert len(words) == 188

    def test_that_are_too_long_are_no_words(self):
        assert words_from_metadata(picture(xmp=xmp(bag("red house " * 30)))) is None

    def test_do_not_lengthen_the_words_beyond_the_limit(self):
        packet = xmp(alternatives("description", x_default="house " * 1000) + bag("fog"))
        assert words_from_metadata(picture(xmp=packet)) == ("house " * 333).strip()


@pytest.mark.parametrize("name", ["xmp", "exif", "comment", "Description", "photoshop", "Title"])
@pytest.mark.parametrize("value", [None, 7, b"\xff\x00", "\ud800", (1, 2), [], {}, {1028: b"\x1c"}])
def test_metadata_of_any_kind_is_at_most_no_words(name, value):
    image = picture()
    image.info[name] = value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        words_from_metadata(image)


@settings(max_examples=150)
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
