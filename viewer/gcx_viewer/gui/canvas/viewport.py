"""Where a picture lies in its window: the arithmetic of fitting, zooming, panning and turning.

Everything is counted in the screen's own pixels ("device pixels"), so that 1:1 means one pixel of
the picture on one of the screen whatever the desktop's scaling. A point of the picture is
counted in pixels of the picture as it lies in the file; turning is for the eye alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

__all__ = ["LARGEST_ZOOM", "Point", "Viewport"]

LARGEST_ZOOM: Final = 64.0
"""Screen pixels along each side of a pixel of the picture, at most."""

_SMALLEST_SIDE: Final = 16.0
"""Screen pixels along the longer side that zooming out leaves."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Viewport:
    """A picture, a window, and how the one is seen through the other; never changed.

    Attributes:
        picture: width and height, in pixels of the picture.
        window: width and height, in device pixels.
        ratio: device pixels to one of the desktop's: 2 on a screen of twice the density.
        turns: quarter turns clockwise, 0 to 3.
        factor: device pixels to a pixel of the picture; None: as large as fits.
        centre: the point of the picture in the middle of the window; None: its middle.
        enlarges: whether a picture smaller than the window is enlarged to fit.
    """

    picture: tuple[int, int] = (1, 1)
    window: tuple[int, int] = (1, 1)
    ratio: float = 1.0
    turns: int = 0
    factor: float | None = None
    centre: Point | None = None
    enlarges: bool = False

    @property
    def turned(self) -> tuple[int, int]:
        """Width and height of the picture as it is seen."""
        width, height = self.picture
        return (height, width) if self.turns % 2 else (width, height)

    @property
    def fit_zoom(self) -> float:
        """The zoom at which all is seen, in its own size if that is smaller than the window."""
        width, height = self.turned
        fitting = min(self.window[0] / width, self.window[1] / height)
        most = LARGEST_ZOOM if self.enlarges else self.ratio
        return max(min(fitting, most), 1e-6)

    @property
    def zoom(self) -> float:
        """Device pixels to a pixel of the picture."""
        return self.fit_zoom if self.factor is None else self.factor

    @property
    def is_fitting(self) -> bool:
        """Whether the picture follows the size of the window."""
        return self.factor is None

    @property
    def middle(self) -> Point:
        """The point of the picture in the middle of the window."""
        if self.factor is None or self.centre is None:
            return self.picture[0] / 2, self.picture[1] / 2
        return self.centre

    @property
    def can_pan(self) -> tuple[bool, bool]:
        """Whether the picture reaches beyond the window to the sides, and up and down."""
        width, height = self.turned
        # Half a pixel is no more than rounding.
        return (
            width * self.zoom > self.window[0] + 0.5,
            height * self.zoom > self.window[1] + 0.5,
        )

    def to_window(self, point: Point) -> Point:
        """A point of the picture, as a place in the window."""
        x, y = self._turn(point[0] - self.middle[0], point[1] - self.middle[1], self.turns)
        return self.window[0] / 2 + x * self.zoom, self.window[1] / 2 + y * self.zoom

    def to_picture(self, place: Point) -> Point:
        """A place in the window, as a point of the picture."""
        x, y = self._turn(
            (place[0] - self.window[0] / 2) / self.zoom,
            (place[1] - self.window[1] / 2) / self.zoom,
            -self.turns,
        )
        return self.middle[0] + x, self.middle[1] + y

    def with_window(self, window: tuple[int, int], ratio: float) -> Viewport:
        """The same view through a window of another size."""
        window = max(1, window[0]), max(1, window[1])
        return replace(self, window=window, ratio=ratio)._bounded()

    def with_picture(self, picture: tuple[int, int]) -> Viewport:
        """Another picture, all of it; of the same size, it keeps the view."""
        if picture == self.picture:
            return self
        return self.showing(picture)

    def showing(self, picture: tuple[int, int]) -> Viewport:
        """Another picture, all of it, upright."""
        return replace(self, picture=picture, turns=0, factor=None, centre=None)

    def fitted(self) -> Viewport:
        return replace(self, factor=None, centre=None)

    def zoomed(self, zoom: float, about: Point | None = None) -> Viewport:
        """Another zoom, with the picture's point under a place of the window held there.

        Args:
            zoom: device pixels to a pixel of the picture; bounded.
            about: the place; None is the middle of the window.
        """
        smallest = min(self.fit_zoom, _SMALLEST_SIDE / max(self.picture))
        zoom = min(max(zoom, smallest), LARGEST_ZOOM)
        place = (self.window[0] / 2, self.window[1] / 2) if about is None else about
        held = self.to_picture(place)
        x, y = self._turn(
            (place[0] - self.window[0] / 2) / zoom,
            (place[1] - self.window[1] / 2) / zoom,
            -self.turns,
        )
        return replace(self, factor=zoom, centre=(held[0] - x, held[1] - y))._bounded()

    def panned(self, x: float, y: float) -> Viewport:
        """The picture moved by some device pixels, as far as there is more of it."""
        if self.factor is None:
            return self
        moved = self._turn(x / self.zoom, y / self.zoom, -self.turns)
        middle = self.middle
        return replace(self, centre=(middle[0] - moved[0], middle[1] - moved[1]))._bounded()

    def rotated(self, quarters: int) -> Viewport:
        """The picture turned clockwise about the middle of the window."""
        return replace(self, turns=(self.turns + quarters) % 4)._bounded()

    def _bounded(self) -> Viewport:
        """No more beside the picture than must be; in the middle where it is smaller."""
        if self.factor is None:
            return self
        half = self.window[0] / 2 / self.factor, self.window[1] / 2 / self.factor
        if self.turns % 2:
            half = half[1], half[0]
        x, y = (
            side / 2 if 2 * reach >= side else min(max(at, reach), side - reach)
            for at, reach, side in zip(self.middle, half, self.picture, strict=True)
        )
        return replace(self, centre=(x, y))

    @staticmethod
    def _turn(x: float, y: float, quarters: int) -> Point:
        """A vector turned clockwise, as the screen's axes have it: y goes down."""
        return ((x, y), (-y, x), (-x, -y), (y, -x))[quarters % 4]
