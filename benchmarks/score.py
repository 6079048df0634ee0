"""Which candidates the score prefers: originals against altered copies of themselves.

    python benchmarks/score.py [FOLDER]

For every photograph and conditions of 150, 290 and 600 bytes, the original is scored as if it
were a candidate, beside copies that are grey, blurred, shifted, noisy and so on, and beside the
condition enlarged. Printed is the mean score of each kind, how often it came out above the
original, and how close it came. Without an argument it takes samples/.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import numpy as np
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps
from rich.console import Console
from rich.table import Table

from gcx_format import encode
from gcx_format.conditions import decode_condition
from gcx_format.generate.preview import enlarge
from gcx_format.generate.score import score

SAMPLES = Path(__file__).parents[1] / "samples"
BUDGETS = (150, 290, 600)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES, help="photographs")
    folder = parser.parse_args().folder
    originals: list[float] = []
    found: dict[str, list[tuple[float, float]]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".jpg", ".png"):
            continue
        original = Image.open(path).convert("RGB")
        copies = {name: alter(original) for name, alter in ALTERED.items()}
        for budget in BUDGETS:
            condition = decode_condition(encode(original, visual_bytes=budget))
            best = score(original, condition)
            originals.append(best)
            enlarged = {
                "condition, bicubic": condition.resize(original.size, Image.Resampling.BICUBIC),
                "condition, nearest": condition.resize(original.size, Image.Resampling.NEAREST),
                "preview": enlarge(condition, original.size),
            }
            for name, candidate in (copies | enlarged).items():
                own = score(candidate, condition)
                found.setdefault(name, []).append((own, own - best))
    table = Table(title=f"score of {len(originals)} originals and of what is made of them")
    for column in ("candidate", "mean score", "above the original", "closest"):
        table.add_column(column, justify="left" if column == "candidate" else "right")
    table.add_row("original", f"{mean(originals):.3f}", "", f"{min(originals):.3f} at least")
    for name, each in found.items():
        above = sum(margin >= 0 for _, margin in each)
        closest = max(margin for _, margin in each)
        table.add_row(name, f"{mean(own for own, _ in each):.3f}", str(above), f"{closest:+.3f}")
    Console().print(table)


def _mixed(image: Image.Image, order: str) -> Image.Image:
    return Image.merge("RGB", [image.getchannel(name) for name in order])


def _turned_hue(image: Image.Image) -> Image.Image:
    hue, *rest = image.convert("HSV").split()
    return Image.merge("HSV", (hue.point(lambda v: (v + 40) % 256), *rest)).convert("RGB")


def _zoomed(image: Image.Image) -> Image.Image:
    width, height = image.size
    box = (width // 16, height // 16, width - width // 16, height - height // 16)
    return image.resize(image.size, Image.Resampling.BICUBIC, box)


def _pixelated(image: Image.Image) -> Image.Image:
    small = image.resize((image.width // 12, image.height // 12), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.NEAREST)


def _compressed(image: Image.Image) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=4)
    return Image.open(file).convert("RGB")


def _noisy(image: Image.Image, bands: int) -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 25, (image.height, image.width, bands))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


ALTERED: dict[str, Callable[[Image.Image], Image.Image]] = {
    "grey": lambda image: image.convert("L").convert("RGB"),
    "red and blue swapped": lambda image: _mixed(image, "BGR"),
    "channels rotated": lambda image: _mixed(image, "BRG"),
    "another hue": _turned_hue,
    "pale": lambda image: ImageEnhance.Color(image).enhance(0.4),
    "vivid": lambda image: ImageEnhance.Color(image).enhance(2),
    "dark": lambda image: ImageEnhance.Brightness(image).enhance(0.7),
    "bright": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "low contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.6),
    "blur, 2 pixels": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "blur, 4 pixels": lambda image: image.filter(ImageFilter.GaussianBlur(4)),
    "blur, 8 pixels": lambda image: image.filter(ImageFilter.GaussianBlur(8)),
    "blocks of 12 pixels": _pixelated,
    "JPEG quality 4": _compressed,
    "coloured noise of 25 levels": lambda image: _noisy(image, 3),
    "grey noise of 25 levels": lambda image: _noisy(image, 1),
    "posterized": lambda image: ImageOps.posterize(image, 2),
    "moved by 16 and 10": lambda image: ImageChops.offset(image, 16, 10),
    "moved by a third": lambda image: ImageChops.offset(image, image.width // 3, 0),
    "zoomed in": _zoomed,
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "upside down": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "negative": ImageChops.invert,
    "empty": lambda image: Image.new("RGB", image.size, (120, 120, 120)),
}


if __name__ == "__main__":
    main()
