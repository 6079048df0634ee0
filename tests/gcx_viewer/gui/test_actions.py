"""The table of actions, and what is built from it."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

import pytest
from PyQt6.QtGui import QColor

from gcx_viewer.core.preferences import Preferences
from gcx_viewer.gui import theme
from gcx_viewer.gui.actions import ACTIONS, CONTEXT_MENU, MENUS, TOOLBAR, Needs
from gcx_viewer.gui.shortcuts import ShortcutsWindow
from gcx_viewer.gui.window.main_window import MainWindow


def test_no_key_does_two_things(qapp):
    keys = Counter(key.toString() for action in ACTIONS.values() for key in action.key_sequences())
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_action_has_a_target_in_the_window(qtbot):
    window = MainWindow(Preferences())
    qtbot.addWidget(window)
    for action in ACTIONS.values():
        assert callable(attrgetter(action.target)(window)), action.name
    window.close()


def test_every_action_stands_in_one_menu():
    named = Counter(name for _, names in MENUS for name in names if name)
    assert named.pop("recent") == 1
    assert set(named) == set(ACTIONS)
    assert set(named.values()) == {1}


def test_menus_and_toolbar_name_actions_alone():
    assert {name for name in CONTEXT_MENU if name} <= set(ACTIONS)
    for group in TOOLBAR:
        for name in group:
            assert ACTIONS[name].icon, name


def test_no_menu_has_two_letters_alike():
    for title, names in MENUS:
        letters = Counter(
            ACTIONS[name].text.partition("&")[2][:1].casefold() for name in names if name in ACTIONS
        )
        letters.pop("", None)
        assert [letter for letter, count in letters.items() if count > 1] == [], title


@pytest.mark.parametrize("action", [a for a in ACTIONS.values() if a.icon], ids=lambda a: a.name)
def test_every_icon_is_there_and_draws_in_the_colour_asked_for(qapp, action):
    drawn = theme.pixmap(action.icon, QColor("red"), 24, 2.0).toImage()
    assert (drawn.width(), drawn.devicePixelRatio()) == (48, 2.0)
    colours = {
        drawn.pixelColor(x, y).name()
        for x in range(48)
        for y in range(48)
        if drawn.pixelColor(x, y).alpha() == 255
    }
    assert colours == {"#ff0000"}


def test_the_shortcuts_window_lists_every_action_that_has_a_key(qtbot):
    window = ShortcutsWindow()
    qtbot.addWidget(window)
    listed = {title for title, _ in window.shown()}
    assert listed == {a.title() for a in ACTIONS.values() if a.key_sequences()}


def test_the_shortcuts_window_finds_by_words_and_by_keys(qtbot):
    window = ShortcutsWindow()
    qtbot.addWidget(window)
    qtbot.keyClicks(window.search, "full screen")
    assert [title for title, _ in window.shown()] == ["Full Screen"]
    window.search.clear()
    qtbot.keyClicks(window.search, "shift+r")
    assert ("Rotate Left", "Shift+R") in window.shown()
    window.search.setText("nothing is called so")
    assert window.shown() == []


def test_needs_are_told_apart():
    assert len({need.value for need in Needs}) == len(Needs)
