"""The arithmetic of looking at a picture."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gcx_viewer.gui.canvas.viewport import LARGEST_ZOOM, Viewport

PICTURE, WINDOW = (3000, 2000), (900, 700)


@pytest.fixture
def view() -> Viewport:
    return Viewport(PICTURE, WINDOW)


def test_all_of_a_large_picture_is_fitted_in_the_middle(view):
    assert view.zoom == pytest.approx(900 / 3000)
    assert view.to_window((0, 0)) == pytest.approx((0, 50))
    assert view.to_window(PICTURE) == pytest.approx((900, 650))
    assert view.can_pan == (False, False)


def test_a_small_picture_is_not_enlarged():
    assert Viewport((100, 50), WINDOW).zoom == 1


def test_on_a_dense_screen_a_small_picture_is_as_large_as_elsewhere():
    assert Viewport((100, 50), (1800, 1400), ratio=2.0).zoom == 2


def test_one_to_one_is_one_pixel_for_one_of_the_screen_whatever_its_density(view):
    seen = view.with_window((1800, 1400), 2.0).zoomed(1.0)
    left, right = seen.to_window((100, 0)), seen.to_window((101, 0))
    assert right[0] - left[0] == pytest.approx(1)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("place", [(450, 350), (300, 200), (700, 600)])
def test_what_lies_under_the_cursor_stays_there(view, turns, place):
    view = view.rotated(turns).zoomed(2.0)
    held = view.to_picture(place)
    for zoom in (2.5, 4.0, 1.7, 8.0):
        view = view.zoomed(zoom, place)
        assert view.to_window(held) == pytest.approx(place)


@pytest.mark.parametrize("turns", range(4))
def test_places_and_points_are_each_others_inverse(view, turns):
    view = view.rotated(turns).zoomed(1.3).panned(-40, 25)
    for place in [(0, 0), (900, 0), (123, 456)]:
        assert view.to_window(view.to_picture(place)) == pytest.approx(place)


def test_turning_clockwise_brings_the_left_side_to_the_top(view):
    turned = view.rotated(1)
    assert turned.turned == (2000, 3000)
    x, y = turned.to_window((0, 1000))
    assert x == pytest.approx(450)
    assert y == pytest.approx(0)
    assert view.rotated(4) == view


def test_nothing_beside_the_picture_is_panned_to(view):
    view = view.zoomed(1.0)
    far = view.panned(10_000, 10_000)
    assert far.to_window((0, 0)) == pytest.approx((0, 0))
    far = view.panned(-10_000, -10_000)
    assert far.to_window(PICTURE) == pytest.approx(WINDOW)


def test_panning_moves_the_picture_by_as_much(view):
    before = view.zoomed(2.0)
    after = before.panned(30, -20)
    x, y = before.to_window((1500, 1000))
    assert after.to_window((1500, 1000)) == pytest.approx((x + 30, y - 20))


def test_what_fits_one_way_stays_in_the_middle_that_way():
    view = Viewport((2000, 100), (800, 600)).zoomed(1.0)
    assert view.can_pan == (True, False)
    assert view.panned(0, 300) == view


def test_zooming_has_its_bounds(view):
    assert view.zoomed(1e9).zoom == LARGEST_ZOOM
    zooms = [view.zoom]
    while zooms[-1] > view.zoomed(1e-9).zoom:
        zooms.append(Viewport(PICTURE, WINDOW).zoomed(zooms[-1] / 2).zoom)
    assert all(after < before for before, after in pairwise(zooms))
    assert zooms[-1] * 3000 == pytest.approx(16)


def test_a_fitted_picture_follows_the_window_and_a_zoomed_one_does_not(view):
    assert view.with_window((300, 300), 1.0).zoom == pytest.approx(0.1)
    assert view.zoomed(1.5).with_window((300, 300), 1.0).zoom == 1.5


def test_another_picture_of_the_same_size_is_seen_in_the_same_way(view):
    view = view.zoomed(2.0).panned(-100, 40)
    assert view.with_picture(PICTURE) == view
    assert view.with_picture((10, 10)).is_fitting


def test_a_window_without_room_breaks_nothing(view):
    assert view.with_window((0, 0), 1.0).zoom > 0
