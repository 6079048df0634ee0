"""Everything that can be done, in one table: menus, keys, toolbar and the shortcuts window.

`gcx_viewer.gui.window.actions` makes Qt's actions of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto
from typing import Final

from PyQt6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PyQt6.QtGui import QKeySequence

__all__ = ["ACTIONS", "CONTEXT_MENU", "MENUS", "SEPARATOR", "TOOLBAR", "Action", "Needs"]

_Standard = QKeySequence.StandardKey


class Needs(Flag):
    """What must be there for an action to make sense."""

    NOTHING = 0
    FILE = auto()
    """A file was asked for, whether it could be opened or not."""
    PICTURE = auto()
    """Pixels are on the screen."""
    SEEN = auto()
    """They fill the page, alone or compared."""
    ALONE = auto()
    """They fill it alone."""
    DESCRIPTOR = auto()
    """The file is a `.gcx`."""
    WORDS = auto()
    """It has words."""
    NEIGHBOURS = auto()
    """There are other pictures in the folder."""
    PAINTABLE = auto()
    """A model may be asked, and none is being asked."""
    UNPAINTED = auto()
    """What is on the screen is a preview."""
    PAINTED = auto()
    """What is on the screen was painted by a model."""
    PAINTING = auto()
    """A model is being asked."""
    FAILURE = auto()
    """Something went wrong, and trying again may help."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the user can do.

    Attributes:
        name: by which the other tables know it.
        text: in English, with the letter for the menu marked; translated where it is shown.
        target: the method that does it, seen from the window; looked up each time.
        shortcuts: keys; a standard one is whatever the desktop has for it.
        icon: the name of one of the viewer's icons.
        checkable: whether it is something that is on or off.
        needs: what must be there.
        repeats: whether holding the key does it again and again.
        arguments: for the target.
    """

    name: str
    text: str
    target: str
    shortcuts: tuple[QKeySequence.StandardKey | str, ...] = ()
    icon: str | None = None
    checkable: bool = False
    needs: Needs = Needs.NOTHING
    repeats: bool = False
    arguments: tuple[object, ...] = ()

    def key_sequences(self) -> list[QKeySequence]:
        """The keys on this desktop, each once, the first to be shown in menus."""
        found: list[QKeySequence] = []
        for shortcut in self.shortcuts:
            keys = (
                [QKeySequence(shortcut)]
                if isinstance(shortcut, str)
                else QKeySequence.keyBindings(shortcut)
            )
            found += [key for key in keys if key not in found]
        return found

    def key_names(self) -> list[str]:
        """The keys that every keyboard has, as they are written in the user's language."""
        return [
            keys.toString(QKeySequence.SequenceFormat.NativeText)
            for keys in self.key_sequences()
            if all(keys[index].key() < Qt.Key.Key_Back for index in range(keys.count()))
        ]

    def translated(self) -> str:
        return QCoreApplication.translate("actions", self.text)

    def title(self) -> str:
        """The text as it stands outside of menus."""
        return self.translated().replace("&", "").rstrip("… ")


def _actions(*actions: Action) -> dict[str, Action]:
    return {action.name: action for action in actions}


ACTIONS: Final = _actions(
    # The file
    Action(
        "open",
        QT_TRANSLATE_NOOP("actions", "&Open…"),
        "opener.ask_for_files",
        (_Standard.Open, "O"),
        "open",
    ),
    Action(
        "open_folder",
        QT_TRANSLATE_NOOP("actions", "Open &Folder…"),
        "opener.ask_for_folder",
        ("Ctrl+Shift+O",),
    ),
    Action(
        "new_window",
        QT_TRANSLATE_NOOP("actions", "&New Window"),
        "another_wanted.emit",
        (_Standard.New,),
    ),
    Action(
        "encode", QT_TRANSLATE_NOOP("actions", "&Encode Photographs…"), "encode", ("Ctrl+E", "E")
    ),
    Action(
        "export",
        QT_TRANSLATE_NOOP("actions", "E&xport…"),
        "output.export",
        (_Standard.Save, "Ctrl+Shift+S"),
        needs=Needs.PICTURE,
    ),
    Action(
        "reload",
        QT_TRANSLATE_NOOP("actions", "Re&load"),
        "reload",
        ("F5", "Ctrl+R"),
        needs=Needs.FILE,
    ),
    Action(
        "show_in_folder",
        QT_TRANSLATE_NOOP("actions", "Show in Fol&der"),
        "opener.show_in_folder",
        ("Ctrl+D",),
        needs=Needs.FILE,
    ),
    Action(
        "trash",
        QT_TRANSLATE_NOOP("actions", "Move to &Trash"),
        "trash.ask",
        ("Del",),
        "trash",
        needs=Needs.FILE,
    ),
    Action(
        "close_window",
        QT_TRANSLATE_NOOP("actions", "&Close Window"),
        "close",
        (_Standard.Close, "Ctrl+W"),
    ),
    Action(
        "quit",
        QT_TRANSLATE_NOOP("actions", "&Quit"),
        "quit_wanted.emit",
        (_Standard.Quit, "Ctrl+Q"),
    ),
    # Copies and settings
    Action(
        "copy",
        QT_TRANSLATE_NOOP("actions", "&Copy Picture"),
        "output.copy",
        (_Standard.Copy,),
        "copy",
        needs=Needs.PICTURE,
    ),
    Action(
        "copy_words",
        QT_TRANSLATE_NOOP("actions", "Copy &Words"),
        "output.copy_words",
        ("Ctrl+Shift+C",),
        needs=Needs.WORDS,
    ),
    Action(
        "copy_json",
        QT_TRANSLATE_NOOP("actions", "Copy Details as &JSON"),
        "panels.information.copy_json",
        needs=Needs.DESCRIPTOR,
    ),
    Action(
        "settings",
        QT_TRANSLATE_NOOP("actions", "&Settings…"),
        "show_settings",
        (_Standard.Preferences, "Ctrl+,"),
    ),
    # The view
    Action(
        "fit",
        QT_TRANSLATE_NOOP("actions", "&Fit to Window"),
        "pages.looked_at.fit",
        ("0",),
        "fit",
        needs=Needs.SEEN,
    ),
    Action(
        "enlarge",
        QT_TRANSLATE_NOOP("actions", "&Enlarge Small Pictures"),
        "pages.toggle_enlarging",
        checkable=True,
    ),
    Action(
        "actual_size",
        QT_TRANSLATE_NOOP("actions", "&Actual Size"),
        "pages.looked_at.toggle_actual_size",
        ("1",),
        "actual",
        needs=Needs.SEEN,
    ),
    Action(
        "zoom_in",
        QT_TRANSLATE_NOOP("actions", "Zoom &In"),
        "pages.looked_at.zoom_by",
        ("+", "=", _Standard.ZoomIn, "Ctrl+="),
        "zoom-in",
        needs=Needs.SEEN,
        repeats=True,
        arguments=(1,),
    ),
    Action(
        "zoom_out",
        QT_TRANSLATE_NOOP("actions", "Zoom &Out"),
        "pages.looked_at.zoom_by",
        ("-", _Standard.ZoomOut),
        "zoom-out",
        needs=Needs.SEEN,
        repeats=True,
        arguments=(-1,),
    ),
    Action(
        "rotate_right",
        QT_TRANSLATE_NOOP("actions", "Rotate &Right"),
        "canvas.rotate",
        ("R",),
        "rotate-right",
        needs=Needs.ALONE,
        arguments=(1,),
    ),
    Action(
        "rotate_left",
        QT_TRANSLATE_NOOP("actions", "Rotate &Left"),
        "canvas.rotate",
        ("Shift+R",),
        "rotate-left",
        needs=Needs.ALONE,
        arguments=(-1,),
    ),
    Action(
        "full_screen",
        QT_TRANSLATE_NOOP("actions", "F&ull Screen"),
        "full_screen.toggle",
        ("F", _Standard.FullScreen, "F11"),
        "full-screen",
        checkable=True,
    ),
    Action(
        "slide_show",
        QT_TRANSLATE_NOOP("actions", "&Slide Show"),
        "slides.toggle",
        ("S",),
        "slide-show",
        checkable=True,
        needs=Needs.NEIGHBOURS,
    ),
    Action(
        "grid",
        QT_TRANSLATE_NOOP("actions", "&Grid"),
        "pages.toggle_grid",
        ("G",),
        "grid",
        checkable=True,
        needs=Needs.FILE,
    ),
    Action(
        "strip",
        QT_TRANSLATE_NOOP("actions", "&Thumbnails"),
        "pages.toggle_strip",
        ("T",),
        "strip",
        checkable=True,
    ),
    Action(
        "information",
        QT_TRANSLATE_NOOP("actions", "I&nformation"),
        "panels.toggle",
        ("I",),
        "information",
        checkable=True,
        arguments=("information",),
    ),
    Action(
        "variants",
        QT_TRANSLATE_NOOP("actions", "&Variants"),
        "panels.toggle",
        ("V",),
        "variants",
        checkable=True,
        arguments=("variants",),
    ),
    Action("back", QT_TRANSLATE_NOOP("actions", "&Back to the Picture"), "go_back", ("Esc",)),
    # The folder
    Action(
        "next",
        QT_TRANSLATE_NOOP("actions", "&Next"),
        "step",
        ("Right", "Space", "N", "PgDown"),
        "next",
        needs=Needs.NEIGHBOURS,
        repeats=True,
        arguments=(1,),
    ),
    Action(
        "previous",
        QT_TRANSLATE_NOOP("actions", "&Previous"),
        "step",
        ("Left", "Backspace", "P", "PgUp"),
        "previous",
        needs=Needs.NEIGHBOURS,
        repeats=True,
        arguments=(-1,),
    ),
    Action(
        "first",
        QT_TRANSLATE_NOOP("actions", "&First"),
        "browsing.go_to_first",
        ("Home",),
        needs=Needs.NEIGHBOURS,
    ),
    Action(
        "last",
        QT_TRANSLATE_NOOP("actions", "&Last"),
        "browsing.go_to_last",
        ("End",),
        needs=Needs.NEIGHBOURS,
    ),
    *(
        Action(f"sort_by_{order}", text, "sort", checkable=True, arguments=(order,))
        for order, text in (
            ("name", QT_TRANSLATE_NOOP("actions", "Sort by N&ame")),
            ("date", QT_TRANSLATE_NOOP("actions", "Sort by &Date")),
            ("size", QT_TRANSLATE_NOOP("actions", "Sort by &Size")),
        )
    ),
    # The picture that does not exist yet
    Action(
        "paint",
        QT_TRANSLATE_NOOP("actions", "&Paint"),
        "prompts.paint",
        ("Return", "Enter"),
        "brush",
        needs=Needs.PAINTABLE | Needs.UNPAINTED,
    ),
    Action(
        "paint_another",
        QT_TRANSLATE_NOOP("actions", "Paint &Another…"),
        "prompts.ask_for_another",
        ("Ctrl+Return", "Ctrl+Enter"),
        needs=Needs.PAINTABLE | Needs.PAINTED,
    ),
    Action(
        "cancel",
        QT_TRANSLATE_NOOP("actions", "&Cancel Painting"),
        "viewing.cancel",
        ("X",),
        needs=Needs.PAINTING,
    ),
    Action(
        "retry",
        QT_TRANSLATE_NOOP("actions", "&Try Again"),
        "prompts.retry",
        ("Ctrl+T",),
        "refresh",
        needs=Needs.FAILURE,
    ),
    Action(
        "compare",
        QT_TRANSLATE_NOOP("actions", "Co&mpare"),
        "pages.toggle_compare",
        ("C",),
        "compare",
        checkable=True,
        needs=Needs.PICTURE | Needs.DESCRIPTOR,
    ),
    # Help
    Action(
        "shortcuts",
        QT_TRANSLATE_NOOP("actions", "&Keyboard Shortcuts"),
        "show_shortcuts",
        (_Standard.HelpContents, "F1", "?"),
    ),
    Action(
        "about",
        QT_TRANSLATE_NOOP("actions", "&About gcx Viewer"),
        "show_about",
    ),
)
"""All of them, by name."""

SEPARATOR: Final = ""

MENUS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        QT_TRANSLATE_NOOP("actions", "&File"),
        (
            "open",
            "open_folder",
            "recent",
            "new_window",
            SEPARATOR,
            "encode",
            "export",
            SEPARATOR,
            "reload",
            "show_in_folder",
            "trash",
            SEPARATOR,
            "close_window",
            "quit",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("actions", "&Edit"),
        ("copy", "copy_words", "copy_json", SEPARATOR, "settings"),
    ),
    (
        QT_TRANSLATE_NOOP("actions", "&View"),
        (
            "fit",
            "enlarge",
            "actual_size",
            "zoom_in",
            "zoom_out",
            SEPARATOR,
            "rotate_right",
            "rotate_left",
            SEPARATOR,
            "full_screen",
            "slide_show",
            SEPARATOR,
            "grid",
            "strip",
            "information",
            "variants",
            SEPARATOR,
            "back",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("actions", "&Go"),
        (
            "next",
            "previous",
            "first",
            "last",
            SEPARATOR,
            "sort_by_name",
            "sort_by_date",
            "sort_by_size",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("actions", "&Picture"),
        ("paint", "paint_another", "cancel", "retry", SEPARATOR, "compare"),
    ),
    (QT_TRANSLATE_NOOP("actions", "&Help"), ("shortcuts", "about")),
)
"""Titles and what the menus have; `recent` is a menu that the window fills."""

CONTEXT_MENU: Final = (
    "paint",
    "paint_another",
    "cancel",
    "compare",
    SEPARATOR,
    "copy",
    "export",
    "show_in_folder",
    SEPARATOR,
    "fit",
    "actual_size",
    "full_screen",
    SEPARATOR,
    "information",
    "variants",
)

TOOLBAR: Final = (
    ("open", "previous", "next"),
    ("fit", "actual_size", "rotate_right", "paint"),
    ("compare", "grid", "strip", "variants", "information"),
)
"""Three groups: at the left, in the middle, at the right."""
