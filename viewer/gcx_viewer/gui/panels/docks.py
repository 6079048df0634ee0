"""The panels at the side of the window: information and variants, made when first opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Final, Literal

from PyQt6.QtCore import QEvent, QObject, QSize, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QPalette
from PyQt6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QToolButton, QWidget

from gcx_viewer.gui import theme

if TYPE_CHECKING:
    from gcx_format.pipeline import Estimate
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.viewing.variants import VariantInfo
    from gcx_viewer.gui.panels.information import InformationPanel
    from gcx_viewer.gui.panels.variants import VariantsPanel

__all__ = ["PanelName", "Panels"]

PanelName = Literal["information", "variants"]

_CROSS: Final = 12
_WIDTH: Final = 280
_FEATURES: Final = (
    QDockWidget.DockWidgetFeature.DockWidgetClosable
    | QDockWidget.DockWidgetFeature.DockWidgetMovable
)


class Panels(QObject):
    """Keeps the panels of a window, opened or not, to what is on the screen."""

    toggled = pyqtSignal(str, bool)
    """A panel was opened or closed, by whatever means."""

    variant_wanted = pyqtSignal(object)
    variant_chosen = pyqtSignal(object)
    variant_deleted = pyqtSignal(object)
    variant_compared = pyqtSignal(object)
    another_wanted = pyqtSignal()
    variants_seen = pyqtSignal()
    """As the signals of the variants panel; the others with a `VariantInfo`."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._docks: dict[PanelName, QDockWidget] = {}
        self._document: Document | None = None
        self._picture: Picture | None = None
        self._kept: tuple[VariantInfo, ...] = ()
        self._another: Estimate | None = None
        self._paintable = False, ""
        self._is_closed = False

    @cached_property
    def information(self) -> InformationPanel:
        from gcx_viewer.gui.panels.information import InformationPanel

        panel = InformationPanel(self._window)
        panel.show_document(self._document)
        panel.show_picture(self._picture)
        return panel

    @cached_property
    def variants(self) -> VariantsPanel:
        from gcx_viewer.gui.panels.variants import VariantsPanel

        panel = VariantsPanel(self._window)
        panel.show_kept(self._kept, self._another)
        panel.set_paintable(*self._paintable)
        panel.mark_on_screen(self._picture.variant if self._picture else None)
        panel.shown.connect(self.variant_wanted)
        panel.chosen.connect(self.variant_chosen)
        panel.deleted.connect(self.variant_deleted)
        panel.compared.connect(self.variant_compared)
        panel.another_wanted.connect(self.another_wanted)
        panel.looked_at.connect(self.variants_seen)
        return panel

    @property
    def docks(self) -> Sequence[QWidget]:
        return tuple(self._docks.values())

    def show_document(self, document: Document | None) -> None:
        self._document, self._picture, self._kept = document, None, ()
        if "information" in self.__dict__:
            self.information.show_document(document)
        if "variants" in self.__dict__:
            self.variants.show_kept(())

    def show_picture(self, picture: Picture | None) -> None:
        self._picture = picture
        if "information" in self.__dict__:
            self.information.show_picture(picture)
        if "variants" in self.__dict__:
            self.variants.mark_on_screen(picture.variant if picture else None)

    def show_kept(self, kept: tuple[VariantInfo, ...], another: Estimate) -> None:
        """Tell which pictures are kept, and what one more would cost."""
        self._kept, self._another = kept, another
        if "variants" in self.__dict__:
            self.variants.show_kept(kept, another)

    def set_paintable(self, paintable: bool, obstacle: str = "") -> None:
        """Whether another picture may be painted now, and if not, why."""
        self._paintable = paintable, obstacle
        if "variants" in self.__dict__:
            self.variants.set_paintable(paintable, obstacle)

    def is_open(self, name: PanelName) -> bool:
        return name in self._docks and not self._docks[name].isHidden()

    def toggle(self, name: PanelName, *, on: bool | None = None) -> None:
        """Open a panel or close it, or (None) change which."""
        dock = self._docks.get(name) or self._make(name)
        is_behind = self.is_open(name) and dock.visibleRegion().isEmpty()
        dock.setVisible(dock.isHidden() or is_behind if on is None else on)
        if not dock.isHidden():
            # Among tabs it can come to the front once they have been laid out.
            QTimer.singleShot(0, dock.raise_)
        QTimer.singleShot(0, self._title)

    def close_workers(self) -> None:
        self._is_closed = True
        if "information" in self.__dict__:
            self.information.close_workers()
        if "variants" in self.__dict__:
            self.variants.close_workers()

    def _make(self, name: PanelName) -> QDockWidget:
        is_information = name == "information"
        title = self.tr("Information") if is_information else self.tr("Variants")
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setFeatures(_FEATURES)
        dock.hide()
        dock.setWidget(self.information if is_information else self.variants)
        area = Qt.DockWidgetArea.RightDockWidgetArea
        self._window.addDockWidget(area, dock)
        if not self._docks:
            width = min(_WIDTH, self._window.width() // 2)
            self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)
        self._window.setTabPosition(area, QTabWidget.TabPosition.North)
        for other in self._docks.values():
            self._window.tabifyDockWidget(other, dock)
        dock.visibilityChanged.connect(lambda: self._tell(name))
        dock.dockLocationChanged.connect(lambda: QTimer.singleShot(0, self._title))
        self._docks[name] = dock
        return dock

    def _tell(self, name: PanelName) -> None:
        if not self._is_closed:
            self.toggled.emit(name, self.is_open(name))
            QTimer.singleShot(0, self._title)

    # What they are called

    def _title(self) -> None:
        """Each panel says once what it is: on its tab, or without tabs above itself."""
        if self._is_closed:
            return
        for dock in self._docks.values():
            beside = self._window.tabifiedDockWidgets(dock)
            is_tab = not dock.isHidden() and any(not other.isHidden() for other in beside)
            bar = dock.titleBarWidget()
            if is_tab and bar is None:
                dock.setTitleBarWidget(QWidget(dock))
            elif not is_tab and bar is not None:
                dock.setTitleBarWidget(None)
                bar.deleteLater()
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for tabs in self._window.findChildren(QTabBar, options=direct):
            tabs.setAccessibleName(self.tr("Panels"))
            tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            for index in range(tabs.count()):
                self._make_closable(tabs, index)

    def _make_closable(self, tabs: QTabBar, index: int) -> None:
        """Give a tab the button that the title had."""
        side = QTabBar.ButtonPosition.RightSide
        title = tabs.tabText(index)
        for name, dock in self._docks.items():
            if dock.windowTitle() == title and tabs.tabButton(index, side) is None:
                button = _CloseButton(self.tr("Close {panel}").format(panel=title), tabs)
                button.clicked.connect(partial(self.toggle, name, on=False))
                tabs.setTabButton(index, side, button)


class _CloseButton(QToolButton):
    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setIconSize(QSize(_CROSS, _CROSS))
        self._draw()

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.WindowText)
        self.setIcon(theme.icon("close", colour, _CROSS))
