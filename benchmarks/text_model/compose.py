"""Compose descriptions of imagined pictures from hand-written scenes.

    python -m benchmarks.text_model.compose > own.txt

Each line of scenes.txt is a picture: its medium, its subject, and what is where in it. It is
described in several styles and lengths, as by a describer who is asked to go from top to bottom and
left to right in a given number of words: telegraphic, in sentences, as a list. The same scenes give
the same descriptions. Those in descriptions.txt are printed as they are. held_out.txt has further
descriptions for measuring; neither this program nor the builder reads it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
WORDS = (15, 30, 60, 120)

PLACES = {
    "top": ("top", "at the top", "along the top edge"),
    "upper left": ("upper left", "in the upper left", "at upper left"),
    "upper right": ("upper right", "in the upper right", "at upper right"),
    "top left": ("top left", "in the top left corner", "at top left"),
    "top right": ("top right", "in the top right corner", "at top right"),
    "top center": ("top center", "at the top center", "top middle"),
    "left": ("left", "on the left", "to the left", "left side"),
    "center": ("center", "in the center", "in the middle", "centered"),
    "right": ("right", "on the right", "to the right", "right side"),
    "bottom": ("bottom", "at the bottom", "in the foreground"),
    "lower left": ("lower left", "in the lower left", "at lower left"),
    "lower right": ("lower right", "in the lower right", "at lower right"),
    "bottom left": ("bottom left", "in the bottom left corner"),
    "bottom right": ("bottom right", "in the bottom right corner"),
    "foreground": ("foreground", "in the foreground"),
    "background": ("background", "in the background", "behind"),
}
ORDER = list(PLACES)

FINER = {
    "left": ("upper left", "lower left", "upper left"),
    "right": ("upper right", "lower right", "lower right"),
}
"""More precise names for left and right."""


@dataclass(frozen=True)
class Scene:
    """A picture in words.

    Attributes:
        medium: such as Photo.
        subject: what it shows.
        parts: places and what is there, from top to bottom and left to right.
        light: how it is lit, or an empty string.
        style: how it is made.
    """

    medium: str
    subject: str
    parts: list[tuple[str, str]]
    light: str
    style: str


def read(path: Path) -> list[Scene]:
    """The scenes in a file."""
    scenes = []
    for line in path.read_text(encoding="utf-8").splitlines():
        medium, subject, *others = (part.strip() for part in line.split(" | "))
        fields = dict(other.split(": ", 1) for other in others)
        light, style = fields.pop("light", ""), fields.pop("style", "")
        parts = sorted(fields.items(), key=lambda part: ORDER.index(part[0]))
        scenes.append(Scene(medium, subject, parts, light, style))
    return scenes


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _article(text: str) -> str:
    return ("an " if text[:1].lower() in "aeiou" else "a ") + text


def telegraphic(scene: Scene, parts: list[tuple[str, str]], chance: random.Random) -> str:
    """Photo: subject; upper left: this; center: that; light; style."""
    pieces = [f"{scene.medium}: {scene.subject}"]
    colon = chance.random() < 0.5
    for place, what in parts:
        pieces.append(f"{place}: {what}" if colon else f"{place} {what}")
    pieces += [part for part in (scene.light, scene.style) if part]
    return "; ".join(pieces) + "."


def commas(scene: Scene, parts: list[tuple[str, str]], chance: random.Random) -> str:
    """Subject, this at upper left, that in the center, light."""
    pieces = [_capital(scene.subject)]
    for place, what in parts:
        where = chance.choice(PLACES[place][1:])
        pieces.append(f"{what} {where}" if chance.random() < 0.6 else f"{where} {what}")
    pieces += [part for part in (scene.light, scene.style) if part]
    return ", ".join(pieces) + "."


def phrases(scene: Scene, parts: list[tuple[str, str]], chance: random.Random) -> str:
    """Photo of subject. Top: this. Center: that. Lighting: light. Style: style."""
    pieces = [f"{scene.medium} of {scene.subject}"]
    pieces += [f"{_capital(place)}: {what}" for place, what in parts]
    light = chance.choice(("Lighting: ", "Light: ", ""))
    pieces += [light + (scene.light if light else _capital(scene.light))] if scene.light else []
    style = chance.choice(("Style: ", ""))
    pieces += [style + (scene.style if style else _capital(scene.style))]
    return ". ".join(pieces) + "."


def sentences(scene: Scene, parts: list[tuple[str, str]], chance: random.Random) -> str:
    """A photo shows subject. At the top is this, in the center is that. The light is so."""
    verb = chance.choice(("shows", "depicts", "captures", "features"))
    medium = scene.medium if scene.medium[1:2].isupper() else scene.medium.lower()
    begin = chance.choice((f"{_capital(_article(medium))} {verb}", f"The image {verb}"))
    pieces = [f"{begin} {scene.subject}."]
    for index, (place, what) in enumerate(parts):
        where = chance.choice(PLACES[place][1:])
        link = chance.choice((f"{where}, {what}", f"{where} is {what}", f"{where} there is {what}"))
        if index % 2 == 0 or chance.random() < 0.3:
            pieces.append(_capital(link))
        else:
            pieces[-1] += chance.choice((", and ", ", while ", "; ")) + link
    pieces = [piece if piece.endswith(".") else f"{piece}." for piece in pieces]
    if scene.light:
        told = chance.choice(("The lighting is {}.", "The scene is lit by {}.", "Lighting: {}."))
        pieces.append(told.format(scene.light))
    pieces.append(
        chance.choice(("The style is {}.", "Overall style: {}.", "{}.")).format(scene.style)
    )
    return " ".join(_capital(piece) for piece in pieces)


def prose(scene: Scene, parts: list[tuple[str, str]], chance: random.Random) -> str:
    """Subject with this above, that in the center and another to the right; light, style."""
    near = {"top": "above", "bottom": "below", "background": "behind"}
    pieces = []
    for place, what in parts:
        pieces.append(f"{what} {near.get(place) or chance.choice(PLACES[place][1:])}")
    text = f"{_capital(scene.medium)} of {scene.subject} with {pieces[0]}"
    if len(pieces) > 1:
        text += ", " + ", ".join([*pieces[1:-1], f"and {pieces[-1]}"])
    ending = [part for part in (scene.light, scene.style) if part]
    return f"{text}; {', '.join(ending)}."


MANNERS: tuple[Callable[[Scene, list[tuple[str, str]], random.Random], str], ...] = (
    telegraphic,
    telegraphic,
    commas,
    phrases,
    sentences,
    sentences,
    prose,
)


def compose(scenes: list[Scene]) -> Iterator[tuple[int, str]]:
    """Each scene in every manner and in varying lengths: its number and the text."""
    for number, scene in enumerate(scenes):
        chance = random.Random(number)
        for turn, manner in enumerate(MANNERS):
            limit = WORDS[(number + turn) % len(WORDS)]
            parts = [
                (chance.choice(FINER[place]) if place in FINER and turn % 2 else place, what)
                for place, what in scene.parts
            ]
            while True:
                text = manner(scene, parts, chance)
                if len(text.split()) <= limit or len(parts) == 1:
                    break
                parts.pop(chance.randrange(len(parts)))
            yield number, " ".join(text.replace("..", ".").split()[:limit])


def main() -> None:
    """Print the descriptions, one per line, each after the name of its picture and a tab."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    for number, text in compose(read(HERE / "scenes.txt")):
        print(f"scene-{number}\t{text}")
    descriptions = (HERE / "descriptions.txt").read_text(encoding="utf-8")
    for number, text in enumerate(descriptions.splitlines()):
        print(f"description-{number}\t{text}")


if __name__ == "__main__":
    main()
