"""Saved reconstructions say how their pixels came to be."""

import io

import pytest
from PIL import Image

from gcx_format.provenance import DigitalSourceType, save_options, xmp_packet

PACKET = xmp_packet(DigitalSourceType.TRAINED_ALGORITHMIC, "gcx <test>", "model <1>")


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF", "TIFF"])
def test_every_format_that_can_carries_the_source_type(format):
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, format, **save_options(format, PACKET))
    xmp = Image.open(buffer).getxmp()
    assert xmp["xmpmeta"]["RDF"]["Description"] == {
        "about": "",
        "CreatorTool": "gcx <test>",
        "DigitalSourceType": (
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
        ),
        "AISystemUsed": "model <1>",
    }


def test_a_format_without_a_place_for_it_is_saved_all_the_same():
    assert save_options("BMP", PACKET) == {}
