"""Having a picture painted: what is asked, how it goes, and what went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_viewer.core import preferences as remembered
from gcx_viewer.core.events import (
    Asking,
    Cancelled,
    Event,
    Failed,
    Finished,
    Generating,
    Kept,
    Showing,
)

if TYPE_CHECKING:
    from gcx_format.generate.service import Estimate
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.viewing import Viewing
    from gcx_viewer.gui.notice_bar import NoticeBar, QuestionBar
    from gcx_viewer.gui.progress import ProgressLine

__all__ = ["Painting"]


class Painting(QObject):
    """Stands between the core and the three cards of a window. Nothing is spent unasked."""

    changed = pyqtSignal()
    """A model has begun or ended, or what can be done is another."""

    remarked = pyqtSignal(str)
    """A remark for the status line."""

    ended = pyqtSignal()
    """The user is done with a card; the keys belong to the picture again."""

    def __init__(
        self,
        viewing: Viewing,
        preferences: Preferences,
        notice: NoticeBar,
        question: QuestionBar,
        progress: ProgressLine,
        parent: QObject | None = None,
    ) -> None:
        """Nothing is being painted.

        Args:
            viewing: the core.
            preferences: to which folders are added that the user trusts.
            notice: says what went wrong.
            question: asks.
            progress: says how it goes.
            parent: as Qt has it.
        """
        super().__init__(parent)
        self._viewing = viewing
        self._preferences = preferences
        self._notice = notice
        self._question = question
        self._progress = progress
        self._path: Path | None = None
        self._estimate: Estimate | None = None
        self._failed: Failed | None = None
        self._is_painting = False
        self._asks_for_another = False
        self._was_told_of_key = False
        notice.retry_wanted.connect(self.retry)
        notice.dismissed.connect(self.ended)
        question.agreed.connect(self._agree)
        question.declined.connect(self._decline)
        progress.cancelled.connect(viewing.cancel)

    @property
    def is_painting(self) -> bool:
        """Whether a model is being asked for the picture on screen."""
        return self._is_painting

    @property
    def can_retry(self) -> bool:
        """Whether something went wrong, and trying again may help."""
        return self._failed is not None and self._failed.can_retry

    @property
    def estimate(self) -> Estimate | None:
        """What one more picture would cost, once that is known."""
        return self._estimate

    def begin(self, path: Path) -> None:
        """Another file is shown, or the same one anew."""
        self._path = path
        self._estimate = self._failed = None
        self._asks_for_another = False
        self._notice.hide()
        self._question.hide()
        self._set_painting(False)

    def take(self, event: Event) -> None:
        """Show what the core tells."""
        match event:
            case Asking():
                self._asks_for_another = False
                self._question.ask(event.estimate)
            case Generating():
                self._failed = None
                self._notice.hide()
                self._question.hide()
                self._progress.begin(event)
                self._set_painting(True)
            case Showing():
                if event.picture.kind == "partial":
                    self._progress.count_unfinished()
            case Finished():
                self._set_painting(False)
                self._tell_reason(event.reason)
            case Failed():
                self._failed = event
                self._set_painting(False)
                self._notice.tell_failure(event)
            case Cancelled():
                self._set_painting(False)
                self.remarked.emit(self.tr("Painting was cancelled"))
            case Kept():
                self._estimate = event.another
            case _:
                return
        self.changed.emit()

    def paint(self) -> None:
        """Have the picture painted; its cost is shown before anything is spent."""
        if not self._question.isHidden():
            self._question.paint_button.click()
        elif self._failed is not None and self._failed.during == "generating":
            self.retry()
        elif self._estimate is not None and self._estimate.usd:
            self._ask(self._estimate, for_folder=True)
        else:
            # The core says what is in the way, such as settings that allow no model.
            self._viewing.generate()

    def ask_for_another(self) -> None:
        """Ask whether one more is to be painted."""
        if self._estimate is not None:
            self._asks_for_another = True
            self._ask(self._estimate, for_folder=False)

    def retry(self) -> None:
        """Try what failed again."""
        self._notice.hide()
        self._failed = None
        self._viewing.retry()
        self.changed.emit()
        self.ended.emit()

    def _ask(self, estimate: Estimate, *, for_folder: bool) -> None:
        self._notice.hide()
        self._question.ask(estimate, for_folder=for_folder)
        self._question.paint_button.setFocus()

    def _agree(self, always: bool) -> None:
        if always and self._path is not None:
            folder = self._path.absolute().parent
            trusted = self._preferences.trusted_folders
            if folder not in trusted:
                self._preferences.trusted_folders = [*trusted, folder]
                remembered.save(self._preferences)
        another, self._asks_for_another = self._asks_for_another, False
        self._viewing.generate(anew=another)
        self.ended.emit()

    def _decline(self) -> None:
        if not self._asks_for_another:
            self.remarked.emit(self.tr("A preview; Enter has it painted"))
        self._asks_for_another = False
        self.ended.emit()

    def _set_painting(self, painting: bool) -> None:
        was, self._is_painting = self._is_painting, painting
        if not painting:
            self._progress.end()
        if was != painting:
            self.changed.emit()

    def _tell_reason(self, reason: str | None) -> None:
        """Say why it stays a preview: quietly, but once where the user can change it."""
        if reason is None:
            return
        reasons = {
            "no key is set": self.tr("A preview: no key is set"),
            "the policy is to ask no model": self.tr("A preview: models are not to be asked"),
            "the settings allow no generated pictures": self.tr(
                "A preview: the settings allow no generated pictures"
            ),
            "it has more pixels than are generated": self.tr(
                "A preview: it has more pixels than are generated"
            ),
        }
        self.remarked.emit(reasons.get(reason, reason))
        if reason == "no key is set" and not self._was_told_of_key:
            self._was_told_of_key = True
            self._notice.tell(
                self.tr("To have pictures painted, the viewer needs a key for the model's server"),
                remedy="key",
            )
