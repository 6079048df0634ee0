"""A JPEG file without its last bytes is a picture; one cut short is what is left of one."""

import io

import numpy as np
import pytest
from PIL import Image

from gcx_format import InputError, PictureWarning
from gcx_format.pictures import normalise, open_picture

PICTURES = {
    "smooth": Image.radial_gradient("L").convert("RGB"),
    "noise": Image.effect_noise((200, 120), 60).convert("RGB"),
    "grey": Image.radial_gradient("L"),
    "small": Image.linear_gradient("L").resize((40, 24)),
}
SAID = "the last bytes of the file are missing; few pixels are affected"
OPTIONS = {
    "baseline": {},
    "progressive": {"progressive": True},
    "optimised": {"optimize": True, "quality": 95, "subsampling": "4:4:4"},
    "restarting": {"restart_marker_rows": 1},
}


def jpeg(picture: str, options: str) -> bytes:
    buffer = io.BytesIO()
    PICTURES[picture].save(buffer, "JPEG", **OPTIONS[options])
    return buffer.getvalue()


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("picture", PICTURES)
def test_without_its_last_bytes_it_is_taken_with_a_warning(tmp_path, picture, options, missing):
    whole = jpeg(picture, options)
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole[:-missing])
    told = []
    made = normalise(open_picture(path), on_loss=lambda loss, message: told.append((loss, message)))
    # Pillow itself may notice nothing where the end marker alone is missing.
    assert told == [("end", SAID)] or (not told and missing <= 2)
    difference = np.abs(np.asarray(made, int) - np.asarray(Image.open(io.BytesIO(whole)), int))
    assert difference.mean() < 4
    if missing <= 2:
        assert not difference.any()
    assert open_picture(path, "show").size == PICTURES[picture].size


@pytest.mark.parametrize("part", [0.5, 0.7, 0.9])
@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("picture", ["noise"])
def test_cut_short_it_is_taken_only_where_that_is_asked_for(tmp_path, picture, options, part):
    whole = jpeg(picture, options)
    path = tmp_path / "cut.jpg"
    path.write_bytes(whole[: int(len(whole) * part)])
    for purpose in ("encode", "show"):
        with pytest.raises(InputError, match=r"cut\.jpg: the picture is cut short; pass salv"):
            open_picture(path, purpose)
    image = open_picture(path, salvage=True)
    with pytest.warns(PictureWarning, match="the file is cut short; what is missing is grey"):
        made = normalise(image)
    top = np.asarray(made, int)[:32] - np.asarray(Image.open(io.BytesIO(whole)), int)[:32]
    assert np.abs(top).mean() < 25
    assert open_picture(io.BytesIO(path.read_bytes()), salvage=True).size == (200, 120)


def test_what_ends_before_its_pixels_cannot_be_salvaged(tmp_path):
    path = tmp_path / "cut.jpg"
    path.write_bytes(jpeg("noise", "baseline")[:300])
    with pytest.raises(InputError, match=r"damaged|not a picture"):
        open_picture(path, salvage=True)


def test_a_png_file_without_its_end_is_taken(tmp_path):
    buffer = io.BytesIO()
    PICTURES["noise"].save(buffer, "PNG")
    path = tmp_path / "cut.png"
    path.write_bytes(buffer.getvalue()[:-12])
    assert normalise(open_picture(path)).tobytes() == PICTURES["noise"].tobytes()
