"""Colours of any space as sRGB: by ICC profiles, of files and made here, or by tone mapping."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any, Final

from gcx_format.pictures.colour_told import Curve, Space

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    from gcx_format.pictures.losses import Losses

__all__ = ["to_srgb"]

_BAND: Final = 1 << 20
"""Pixels that are held as floats at a time: some 50 MB with what comes of them."""

_REFERENCE_WHITE: Final = 203.0
"""cd/m2 of white paper in a picture of high dynamic range (BT.2408, 2.2); white in sRGB."""

_PEAK: Final = 1000.0
"""cd/m2 at which a picture of high dynamic range is taken to end: the display that HLG is defined
for, and what most of PQ is graded on. What is brighter becomes as bright as this."""

_D50: Final = (0.9642, 1.0, 0.8249)
"""The white of ICC profiles, as XYZ (ICC.1:2022, 7.2.16)."""

_BRADFORD: Final = (
    (0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296)
)  # fmt: skip
"""XYZ to the responses of cones (ICC.1:2022, E.2)."""


def to_srgb(image: Image.Image, told: bytes | Space, lost: Losses) -> Image.Image:
    """A picture of mode L, LA, RGB, RGBA, CMYK or LAB in sRGB, as far as that can be done.

    Args:
        image: in another space; alpha stays as it is.
        told: its profile or space.
        lost: gets what is not kept.
    """
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    opaque = image.convert(image.mode.removesuffix("A")) if alpha else image
    if isinstance(told, Space):
        converted = _from_space(opaque, told, lost)
    else:
        converted = _from_profile(opaque, told, lost)
    if converted is opaque:
        return image
    if alpha:
        converted.putalpha(alpha)
    return converted


def _from_profile(image: Image.Image, data: bytes, lost: Losses) -> Image.Image:
    """By an ICC profile, with perceptual intent; itself where that has nothing to say of it."""
    from PIL import Image, ImageCms

    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        space = profile.profile.xcolor_space.strip()
        if image.mode == "L" and space == "RGB":
            # A program has kept the profile of what it made grey: the curve of that counts.
            ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
            curve = _converted(ramp.convert("RGB"), profile).convert("L").tobytes()
            is_srgb = all(abs(value - at) <= 1 for at, value in enumerate(curve))
            return image if is_srgb else image.point(curve)
        if space == "GRAY" and image.mode == "RGB":
            return image  # of a grey picture, before somebody coloured it
        converted = _converted(image, profile)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        if image.mode != "L" or not _is_profile(data):
            lost.append(("profile", f"the colour profile is not used: {error}"))
        return image
    return converted.convert("L") if image.mode == "L" else converted


def _converted(image: Image.Image, profile: Any) -> Image.Image:
    from PIL import ImageCms

    made = ImageCms.profileToProfile(
        image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert made is not None  # it is None only for conversion in place
    return made


def _is_profile(data: bytes) -> bool:
    return data[36:40] == b"acsp"


def _from_space(image: Image.Image, space: Space, lost: Losses) -> Image.Image:
    if image.mode not in ("L", "RGB"):  # such numbers are of RGB
        return image
    if space.name:
        lost.append(("profile", f"the colour space {space.name} is unknown; sRGB is assumed"))
        return image
    if space.is_narrow:
        full = [round(255 * min(max((value - 16) / 219, 0), 1)) for value in range(256)]
        image = image.point(full * len(image.getbands()))
    if space.curve not in ("pq", "hlg"):
        return _from_profile(image, _profile(space), lost)
    lost.append(
        (
            "brightness",
            "high dynamic range is not kept: highlights are rolled off to fit sRGB",
        )
    )
    return _tone_mapped(image, space)


# --- profiles ----------------------------------------------------------------------------


def _profile(space: Space) -> bytes:
    """An ICC profile of a space with three primaries and one curve (ICC.1:2022, 8.3.3)."""
    import numpy as np

    columns = _adapted(_white_xyz(space), np.array(_D50)) @ _to_xyz(space)
    tags = {b"wtpt": _xyz(np.array(_D50))}
    for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns.T, strict=True):
        tags[name] = _xyz(column)
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(space.curve))
    table, bodies = struct.pack(">I", len(tags)), b""
    for name, body in tags.items():
        table += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(bodies), len(body))
        bodies += body
    header = (
        struct.pack(">I4x4B", 128 + len(table) + len(bodies), 4, 0, 0, 0) + b"mntrRGB XYZ "
        + bytes(12) + b"acsp" + bytes(28) + _xyz(np.array(_D50))[8:] + bytes(48)
    )  # fmt: skip
    return header + table + bodies


def _curve(curve: Curve) -> bytes:
    if curve == "srgb":
        values = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
        return b"para" + struct.pack(">4xHH5i", 3, 0, *(round(v * 65536) for v in values))
    assert isinstance(curve, float)
    return b"para" + struct.pack(">4xHHi", 0, 0, round(curve * 65536))


def _xyz(values: NDArray[Any]) -> bytes:
    return b"XYZ " + struct.pack(">4x3i", *(round(float(v) * 65536) for v in values))


def _to_xyz(space: Space) -> NDArray[np.float64]:
    """The matrix from light of the primaries to XYZ, in which white has a Y of 1."""
    import numpy as np

    columns = np.array([(x / y, 1, (1 - x - y) / y) for x, y in space.primaries], np.float64).T
    scaled: NDArray[np.float64] = columns * np.linalg.solve(columns, _white_xyz(space))
    return scaled


def _white_xyz(space: Space) -> NDArray[np.float64]:
    import numpy as np

    x, y = space.white
    return np.array((x / y, 1, (1 - x - y) / y), np.float64)


def _adapted(white: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    """The matrix that turns colours under one white into those under another."""
    import numpy as np

    cones = np.array(_BRADFORD)
    gains = np.diag((cones @ other) / (cones @ white))
    matrix: NDArray[np.float64] = np.linalg.inv(cones) @ gains @ cones
    return matrix


# --- high dynamic range ------------------------------------------------------------------


def _tone_mapped(image: Image.Image, space: Space) -> Image.Image:
    """A picture in PQ or HLG as sRGB.

    Its light, in cd/m2, is rolled off from 1,000 to 203 by the curve of BT.2390-11, 5.4.1, which
    leaves alone what is below some 92 cd/m2. The largest of red, green and blue decides, and
    the others follow in proportion, so that hues stay. Then 203 cd/m2 is white, primaries
    become those of sRGB, and what these cannot show is clipped.
    """
    import numpy as np
    from PIL import Image

    if image.mode == "L":
        ramp = Image.frombytes("L", (256, 1), bytes(range(256))).convert("RGB")
        return image.point(_tone_mapped(ramp, space).getchannel(0).tobytes())
    srgb = Space(((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), (0.3127, 0.3290), "srgb")
    adapted = _adapted(_white_xyz(space), _white_xyz(srgb))
    matrix = np.linalg.inv(_to_xyz(srgb)) @ adapted @ _to_xyz(space)
    luminance = _to_xyz(space)[1]
    samples = np.asarray(image)
    made = np.empty_like(samples)
    step = max(1, _BAND // image.width)
    for top in range(0, image.height, step):
        rows = samples[top : top + step]
        light = _hlg_light(rows, luminance) if space.curve == "hlg" else _pq_table()[rows]
        largest = light.max(axis=2, keepdims=True)
        light *= _rolled_off(largest) / np.maximum(largest, 1e-6)
        shown = np.clip(light @ (matrix.T / _REFERENCE_WHITE), 0, 1)
        encoded = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
        made[top : top + step] = np.uint8(encoded * 255 + 0.5)
    return Image.fromarray(made)


def _pq_table() -> NDArray[np.float64]:
    """The light of each of the 256 samples, in cd/m2."""
    import numpy as np

    return _pq_to_light(np.arange(256) / 255)


def _hlg_light(samples: NDArray[np.uint8], luminance: NDArray[Any]) -> NDArray[np.float64]:
    """The light that a display of 1,000 cd/m2 makes of HLG (BT.2100, table 5)."""
    import numpy as np

    value = np.arange(256) / 255
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(value <= 0.5, value**2 / 3, (np.exp((value - c) / a) + b) / 12)[samples]
    bright = (scene @ luminance)[..., None]
    light: NDArray[np.float64] = _PEAK * np.maximum(bright, 1e-9) ** 0.2 * scene
    return light


def _rolled_off(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Light of up to 1,000 cd/m2 as light of up to 203 (BT.2390-11, 5.4.1)."""
    import numpy as np

    peak, white = _light_to_pq(np.array((_PEAK, _REFERENCE_WHITE)))
    most = white / peak
    knee = 1.5 * most - 0.5
    given = np.minimum(_light_to_pq(light) / peak, 1)
    t = np.clip((given - knee) / (1 - knee), 0, 1)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (3 * t**2 - 2 * t**3) * most
    )
    return _pq_to_light(np.where(given < knee, given, spline) * peak)


_M1: Final = 2610 / 16384
_M2: Final = 2523 / 4096 * 128
_C1: Final = 3424 / 4096
_C2: Final = 2413 / 4096 * 32
_C3: Final = 2392 / 4096 * 32
"""Of PQ (BT.2100, table 4)."""


def _pq_to_light(value: NDArray[Any]) -> NDArray[np.float64]:
    import numpy as np

    power = value ** (1 / _M2)
    light: NDArray[np.float64] = 10000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (
        1 / _M1
    )
    return light


def _light_to_pq(light: NDArray[Any]) -> NDArray[np.float64]:
    power = (light / 10000) ** _M1
    value: NDArray[np.float64] = ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2
    return value
