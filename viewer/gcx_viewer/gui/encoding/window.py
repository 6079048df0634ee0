"""The window in which photographs become `.gcx` files.

What would be kept of a photograph is shown while the user chooses; nothing is written before
it is asked for, and nothing is paid for before its cost was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, Qt, pyqtSignal
from PyQt6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PyQt6.QtWidgets import (
    QFileDialog,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gcx_format.errors import MissingExtraError, WeightsError
from gcx_viewer.core.encoding import live as encoding_live
from gcx_viewer.core.encoding.batch import Ended, Item, targets
from gcx_viewer.core.encoding.live import Live, LiveEvent
from gcx_viewer.gui import errors
from gcx_viewer.gui.bars.notice import NoticeBar
from gcx_viewer.gui.drops import take_copy
from gcx_viewer.gui.encoding.adding import PhotographSide
from gcx_viewer.gui.encoding.describing import Describing
from gcx_viewer.gui.encoding.options import OptionsPanel
from gcx_viewer.gui.encoding.photographs import Entry
from gcx_viewer.gui.encoding.preview import PreviewPanel
from gcx_viewer.gui.encoding.saving import SaveBar, Saving, ask_about_cost
from gcx_viewer.gui.fitting import fit_on_screen, scrolling
from gcx_viewer.gui.images import to_qimage
from gcx_viewer.gui.money import money
from gcx_viewer.gui.questions import ask

if TYPE_CHECKING:
    from decimal import Decimal

    from PIL import Image

    from gcx_format.errors import GcxError
    from gcx_viewer.core.encoding.coding import EncodeOptions

__all__ = ["EncodeWindow"]


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """A visual codec that cannot be used on this machine, and why, as a sentence."""

    codec: str
    reason: str


class _Relay(QObject):
    """Passes what happens in a thread on into the window's."""

    happened = pyqtSignal(object)


class EncodeWindow(QWidget):
    """Photographs on the left, what is kept of the current one in the middle, options right."""

    encoded = pyqtSignal(list)
    """The user wants to open the files that were written: their paths."""

    settings_wanted = pyqtSignal(str)
    """The user wants to change what an error is about; what `SettingsDialog.show_page` takes."""

    closed = pyqtSignal()

    def __init__(self, paths: Sequence[Path] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(self.tr("Encode Photographs"))
        self.setAcceptDrops(True)
        self._ticket = 0
        self._original: Image.Image | None = None
        self._closed = False
        self._obstacle: _Obstacle | None = None
        self._build()
        self._start()
        fit_on_screen(self, 1080, 680)
        self._show_entry(None)
        if paths:
            self.add(paths)

    def _start(self) -> None:
        """Have workers, new ones where those before were closed with the window."""
        self._closed = False
        self._describing = Describing()
        self._describing.ended.connect(self._was_described)
        self._describing.failed.connect(self._complain)
        relay = _Relay()  # outlives the window as long as the thread does
        relay.happened.connect(self._live_happened)
        self._live = Live(lambda event: relay.happened.emit(event))
        self._saving = Saving()
        self._saving.changed.connect(self.list.refresh)
        self._saving.advanced.connect(self.foot.progress.setValue)
        self._saving.ended.connect(self._saved)
        self._arrange()

    # What it looks like

    def _build(self) -> None:
        inside = QWidget()
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(scrolling(inside, sideways=True))
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(12, 12, 12, 12)
        whole.setSpacing(10)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(10)
        self.side = PhotographSide()
        self.list = self.side.list
        self.list.entry_chosen.connect(self._show_entry)
        self.side.changed.connect(self._arrange)
        self.side.seen.connect(self._was_seen)
        self.side.failed.connect(self._complain)
        parts.addWidget(self.side)
        self.preview = PreviewPanel()
        parts.addWidget(self.preview)
        self.panel = OptionsPanel()
        self.panel.setMinimumWidth(290)
        self.panel.changed.connect(self._options_changed)
        self.panel.words_edited.connect(self._words_edited)
        self.panel.describe_wanted.connect(self._describe)
        parts.addWidget(self.panel)
        parts.setStretchFactor(1, 1)
        parts.setSizes([250, 500, 310])
        whole.addWidget(parts, 1)
        self.notice = NoticeBar()
        self.notice.wanted.connect(self._take_offer)
        whole.addWidget(self.notice)
        self.foot = SaveBar()
        self.foot.save_wanted.connect(self._choose_target)
        self.foot.save_all_wanted.connect(self.save_all)
        self.foot.stop_wanted.connect(lambda: self._saving.cancel())
        self.foot.open_wanted.connect(self.encoded)
        whole.addWidget(self.foot)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Open), self, self.side.choose)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self, self.side.paste)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self._choose_target)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Close), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Cancel), self, self.close)

    # Photographs

    @property
    def paths_on_screen(self) -> list[Path]:
        """The photographs that are files."""
        sources = (entry.source for entry in self.list.entries())
        return [source.path for source in sources if source.path is not None]

    def add(self, paths: Sequence[Path]) -> None:
        """Add photographs, and those in folders; returns at once.

        A window that was closed starts over.
        """
        if self._closed:
            self._start()
        self.side.add(paths)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        if not self._saving.is_running:
            take_copy(event)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        if paths := take_copy(event):
            self.add(paths)

    def _was_seen(self, entry: Entry) -> None:
        if entry is self.list.current():
            self._ask_cost(entry)

    # The current photograph

    def _show_entry(self, entry: Entry | None) -> None:
        self._original = None
        self.preview.clear(self.tr("Drop photographs here, or paste them") if entry is None else "")
        if entry is None:
            self._live.forget()
        self.panel.set_describing(entry is not None and entry is self._describing.entry)
        self.panel.show_words("" if entry is None else self._words_of(entry))
        self.panel.show_count(None)
        if entry is not None:
            self._ask_cost(entry)
            self._encode_live()
        self._arrange()

    def _words_of(self, entry: Entry) -> str:
        """What the editor shows for a photograph, and what is encoded of it."""
        source = self.panel.options().words
        if source == "none":
            return ""
        if source == "metadata" and not entry.words:
            return entry.metadata_words or ""
        return entry.words

    def _encode_live(self) -> None:
        entry = self.list.current()
        if entry is not None and not self._saving.is_running:
            options = self.panel.options()
            self.preview.show_searching()
            self._ticket = self._live.request(entry.source, self._words_of(entry), options)

    def _options_changed(self) -> None:
        entry = self.list.current()
        if entry is not None:
            self.panel.show_words(self._words_of(entry))
            if self.panel.options().words == "model":
                self._ask_cost(entry)
        if self._obstacle is not None and self._obstacle.codec != self.panel.options().visual:
            self._set_obstacle(None)
        self._encode_live()

    def _words_edited(self, text: str) -> None:
        entry = self.list.current()
        if entry is not None:
            entry.words = text
            self._encode_live()

    def _live_happened(self, event: LiveEvent) -> None:
        if self._closed or event.ticket != self._ticket:
            return
        if isinstance(event, encoding_live.Loaded):
            if event.original is not self._original:
                self._original = event.original
                self.preview.pictures.show_original(to_qimage(event.original))
            self.preview.show_losses(event.photograph.losses)
            entry = self.list.current()
            if entry is not None and entry.losses != event.photograph.losses:
                entry.losses = event.photograph.losses
                self.list.refresh(entry)
            if entry is not None and entry.metadata_words is None:
                entry.metadata_words = event.photograph.metadata_words or ""
                words = self._words_of(entry)
                if words != self.panel.editor.toPlainText():
                    self.panel.show_words(words)
                    self._encode_live()
        elif isinstance(event, encoding_live.Counted):
            self.panel.show_count(event.words)
        elif isinstance(event, encoding_live.Coded):
            self._set_obstacle(None)
            self.preview.pictures.show_kept(to_qimage(event.preview), is_final=event.is_final)
            self.preview.show_estimate(event.encoded.estimate, is_final=event.is_final)
        else:
            reason = errors.sentence(event.error)
            self.preview.show_problem(reason)
            # The photograph has been read (`Loaded` came first): it is the codec that is missing.
            if self._original is not None and isinstance(
                event.error, MissingExtraError | WeightsError
            ):
                self._set_obstacle(_Obstacle(self.panel.options().visual, reason))
                self.notice.tell_error(event.error)

    def _set_obstacle(self, obstacle: _Obstacle | None) -> None:
        """Note what is in the way of saving anything, or (None) that nothing is known to be."""
        if obstacle != self._obstacle:
            self.notice.hide()
            self._obstacle = obstacle
            self._arrange()

    # Words by a model

    def _ask_cost(self, entry: Entry) -> None:
        if entry.glance is not None:
            # Whoever wants a description is told what is in its way.
            describer = self.panel.options().describer
            self._describing.ask_cost(
                [entry.glance.size], describer, self._show_cost, lambda _: None
            )

    def _show_cost(self, found: tuple[Decimal, str]) -> None:
        self.panel.show_cost(money(found[0]) if found[0] else "", found[1])

    def _describe(self) -> None:
        """Have a model find the words of the current photograph, or stop it from doing so."""
        if self._describing.entry is not None:
            self._describing.cancel()
            return
        entry = self.list.current()
        if entry is None or self._saving.is_running:
            return
        self.notice.hide()
        options = self.panel.options()
        self._describing.begin(entry, options.describer, beside=options.visual != "none")
        self.panel.set_describing(True)
        self._arrange()

    def _was_described(self, entry: Entry) -> None:
        if entry is self.list.current():
            self.panel.show_words(self._words_of(entry))
            self._encode_live()
        self.panel.set_describing(False)
        self._arrange()

    def _take_offer(self, offer: errors.Offer) -> None:
        """Do what helps against an error."""
        if offer.action == "settings":
            self.settings_wanted.emit(offer.argument)
        else:
            self.notice.hide()
            self._describe()

    # Saving

    def save_all(self) -> None:
        """Encode all photographs of the list; what that costs is asked for first."""
        entries = self.list.entries()
        if not entries or self._saving.is_running or self._obstacle is not None:
            return
        options = self.panel.options()
        nameless = [entry for entry in entries if entry.source.path is None]
        if nameless and self.foot.folder is None:
            self.notice.tell(self.tr("Pasted pictures have no folder: choose one"))
            self.foot.choose_folder()
            return
        sources = [entry.source for entry in entries]
        items = [
            Item(
                entry.source,
                entry.words if options.words != "none" else "",
                target,
                entry.encoder if options.words != "none" else None,
            )
            for entry, target in zip(entries, targets(sources, self.foot.folder), strict=True)
        ]
        begin = partial(self._begin, entries, items, options, self.foot.overwrite.isChecked())
        wordless = [entry for entry in entries if not entry.words.strip()]
        if options.words == "model" and wordless:
            sizes = [entry.glance.size for entry in wordless if entry.glance is not None]
            self._describing.ask_cost(
                sizes,
                options.describer,
                lambda found: (
                    ask_about_cost(self, len(wordless), found, begin) if found[0] else begin()
                ),
                self._complain,
            )
        else:
            begin()

    def save_to(self, path: Path) -> None:
        """Encode the current photograph into a file; one that is there is replaced."""
        entry = self.list.current()
        if entry is None or self._saving.is_running or self._obstacle is not None:
            return
        options = self.panel.options()
        items = [Item(entry.source, entry.words if options.words != "none" else "", path)]
        self._begin([entry], items, options, True)

    def _begin(
        self, entries: list[Entry], items: list[Item], options: EncodeOptions, overwrite: bool
    ) -> None:
        if self._saving.is_running:
            return
        self._live.forget()
        self.notice.hide()
        self.foot.show_start(len(items))
        self._saving.begin(entries, items, options, overwrite=overwrite)
        self._arrange()

    def _saved(self, ended: Ended) -> None:
        self.foot.show_end(ended)
        failures = [entry for entry in self.list.entries() if entry.state == "failed"]
        if ended.failed == 1 and len(failures) == 1:
            self.notice.tell(f"“{failures[0].source.name}”: {failures[0].message}")
        self._arrange()
        entry = self.list.current()
        if entry is not None:
            self.panel.show_words(self._words_of(entry))
        self._encode_live()

    def _choose_target(self) -> None:
        entry = self.list.current()
        if entry is None or self._saving.is_running or self._obstacle is not None:
            return
        [suggested] = targets([entry.source], self.foot.folder)
        dialog = QFileDialog(self, self.tr("Save As"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("gcx")
        dialog.setNameFilter(self.tr("gcx descriptors (*.gcx)"))
        if suggested is not None:
            dialog.setDirectory(str(suggested.parent))
            dialog.selectFile(suggested.name)
        else:
            dialog.selectFile(f"{entry.source.name}.gcx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    # The window

    def _arrange(self) -> None:
        """Let be done what can be done now."""
        is_saving = self._saving.is_running
        has_some = self.list.count() > 0
        self.panel.setEnabled(has_some and not is_saving)
        self.side.set_locked(is_saving)
        described = self._describing.entry
        self.panel.describe_button.setEnabled(described is None or described is self.list.current())
        can_save = has_some and not is_saving and described is None
        obstacle = "" if self._obstacle is None else self._obstacle.reason
        self.foot.arrange(is_saving=is_saving, can_save=can_save, obstacle=obstacle)

    def _complain(self, error: GcxError) -> None:
        self.notice.tell_error(error, can_retry=True)

    @property
    def is_saving(self) -> bool:
        return self._saving.is_running

    def shut_down(self, timeout: float = 10.0) -> None:
        """Stop everything, and wait until no thread is left; for the end of the program."""
        self._stop()
        self.side.close_worker(timeout)
        self._describing.close(timeout)
        self._live.close(timeout)
        self._saving.wait()

    def _stop(self) -> None:
        self._closed = True
        self._saving.close()
        self.side.close_worker()
        self._describing.close()
        self._live.close(0.0)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        if self._closed:
            self._start()
        super().showEvent(event)

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802
        """Closing cancels; what is saved stays, and words that are not are asked about first."""
        unsaved = [
            entry
            for entry in self.list.entries()
            if entry.words.strip() and entry.words != entry.saved_words
        ]
        if event is not None and unsaved and not self._closed:
            event.ignore()
            ask(
                self,
                self.tr("Close without saving?"),
                self.tr("The words of %n photograph(s) would be lost.", "", len(unsaved)),
                self.tr("Close &Without Saving"),
                self._close_now,
            )
            return
        self._stop()
        self.list.remove(self.list.entries())
        self.foot.forget()
        self.notice.hide()
        self._arrange()
        super().closeEvent(event)
        self.closed.emit()

    def _close_now(self) -> None:
        self._stop()
        self.close()
