"""Pillow's pictures as Qt's, pixel for pixel."""

from __future__ import annotations

import pytest
from PIL import Image

from gcx_viewer.gui.canvas.pyramid import Pyramid
from gcx_viewer.gui.images import to_qimage

PLACES = ((0, 0), (600, 776), (33, 255), (33, 256), (34, 511))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_every_pixel_keeps_its_colour_whatever_the_width(mode):
    image = Image.effect_noise((601, 777), 60).convert(mode)
    if mode == "RGBA":
        image.putalpha(128)
    made = to_qimage(image)
    assert (made.width(), made.height()) == (601, 777)
    for place in PLACES:
        red, green, blue, alpha = made.pixelColor(*place).getRgb()
        value = image.getpixel(place)
        assert (red, green, blue) == ((value,) * 3 if mode == "L" else value[:3])
        assert alpha == (128 if mode == "RGBA" else 255)


@pytest.mark.parametrize(("mode", "opaque"), [("L", True), ("RGB", True), ("RGBA", False)])
def test_a_pyramid_has_the_same_colours(mode, opaque):
    from gcx_viewer.core.pictures import Picture

    image = Image.effect_noise((301, 40), 60).convert(mode)
    if not opaque:
        image.putalpha(255)
    [whole, _] = Pyramid.of(Picture(image, "photograph")).levels
    value = image.getpixel((150, 20))
    assert whole.pixelColor(150, 20).getRgb()[:3] == ((value,) * 3 if mode == "L" else value[:3])
    assert whole.hasAlphaChannel() is not opaque
