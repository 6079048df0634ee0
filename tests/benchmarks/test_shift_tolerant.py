"""ST-LPIPS, computed as its authors' program computes it."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

# By its file: the folder itself is not on the path where the wheel is tested.
SPEC = spec_from_file_location(
    "shift_tolerant", Path(__file__).parents[2] / "benchmarks" / "shift_tolerant.py"
)
assert SPEC is not None
assert SPEC.loader is not None
shift_tolerant = module_from_spec(SPEC)
SPEC.loader.exec_module(shift_tolerant)


def scene() -> Image.Image:
    picture = Image.linear_gradient("L").resize((96, 64)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for left in range(4, 96, 24):
        draw.ellipse((left, 3, left + 13, 60), (200, 60, 40))
    return picture


# 0.4795555 and 0.0189186 are what `LPIPS(net="alex", variant="shift_tolerant")` of
# stlpips-pytorch 0.0.2 answers.
@pytest.mark.needs("torch", "stlpips_pytorch")
@pytest.mark.parametrize(
    ("change", "distance"),
    [
        (lambda picture: picture.filter(ImageFilter.GaussianBlur(3)), 0.4795555),
        (lambda picture: ImageChops.offset(picture, 1, 0), 0.0189186),
        (lambda picture: picture, 0),
    ],
    ids=["blurred", "a pixel out of place", "the same"],
)
def test_blur_costs_much_and_a_pixel_out_of_place_little(change, distance):
    seen = [shift_tolerant.features(each) for each in (scene(), change(scene()))]
    assert shift_tolerant.distance(*seen) == pytest.approx(distance, abs=1e-5)


@pytest.mark.needs("torch")
def test_without_its_weights_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "stlpips_pytorch", None)
    assert "pip install stlpips-pytorch" in (shift_tolerant.missing() or "")
