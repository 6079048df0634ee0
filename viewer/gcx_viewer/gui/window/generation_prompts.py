"""Having a picture painted: what is asked, how it goes, and what went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_viewer.core import preferences as remembered
from gcx_viewer.core.events import (
    Cancelled,
    ConsentNeeded,
    Event,
    Failed,
    Finished,
    Generating,
    Reason,
    Showing,
    VariantsFound,
)
from gcx_viewer.gui.money import money
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from gcx_format.errors import GcxError
    from gcx_format.pipeline import Estimate
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.viewing.remedies import Remedy
    from gcx_viewer.core.viewing.viewing import Viewing
    from gcx_viewer.gui.bars.notice import NoticeBar
    from gcx_viewer.gui.bars.progress import ProgressLine
    from gcx_viewer.gui.bars.question import QuestionBar

__all__ = ["GenerationPrompts"]

_Goal = Literal["painted", "another"]


class GenerationPrompts(QObject):
    """Stands between the core and the three cards of a window.

    Nothing is spent unasked. A key or a button states a goal. Once it is known that a model may be
    asked, and what that costs, the user is asked; only after a yes does the core ask a model. Where
    the policy needs no question the core does it on its own.
    """

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
        super().__init__(parent)
        self._viewing = viewing
        self._preferences = preferences
        self._notice = notice
        self._question = question
        self._progress = progress
        self._path: Path | None = None
        self._asked: Estimate | None = None
        self._another: Estimate | None = None
        self._failed: Failed | None = None
        self._reason: Reason | None = None
        self._obstacle = ""
        self._is_painting = False
        self._goal: _Goal | None = None
        self._is_allowed = False
        self._asks_for: _Goal = "painted"
        self._quoted: Estimate | None = None
        self._was_told_of_key = False
        self._allowing = Task(self)
        self._allowing.done.connect(self._take_allowed)
        self._allowing.failed.connect(self._take_obstacle)
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
        return self._failed is not None and self._failed.can_retry

    @property
    def obstacle(self) -> str:
        """Why no model can be asked, in a sentence, as far as that is known; or nothing."""
        return self._obstacle

    def begin(self, path: Path | None) -> None:
        """Another file is shown, the same one again, or none."""
        self._path = path
        self._asked = self._another = self._failed = self._reason = self._goal = None
        self._is_allowed = False
        self._allowing.cancel()
        self._notice.hide()
        self._question.hide()
        self._set_painting(False)
        self.changed.emit()

    def take(self, event: Event) -> None:
        match event:
            case ConsentNeeded():
                self._obstacle = ""
                if event.force_new:
                    self._another = event.estimate
                else:
                    self._asked = event.estimate
                self._ask("another" if event.force_new else "painted", event.estimate)
            case Generating():
                self._failed = self._goal = None
                self._obstacle = ""
                self._notice.hide()
                self._question.hide()
                self._progress.begin(event)
                self._set_painting(True)
            case Showing():
                if event.picture.kind == "partial":
                    self._progress.count_unfinished()
            case Finished():
                self._set_painting(False)
                self._take_reason(event.reason)
                if event.warnings:
                    self._notice.tell("\n".join(event.warnings))
            case Failed():
                self._take_failure(event)
            case Cancelled():
                self._set_painting(False)
                self.remarked.emit(self.tr("Painting was cancelled"))
            case VariantsFound():
                self._another = event.another
                if event.variants and self._goal == "painted":
                    self._goal = None  # it was painted earlier, and is about to be shown
                self._go_on()
            case _:
                return
        self.changed.emit()

    # What the user wants

    def paint(self) -> None:
        """Agree to the question, or have it asked: its cost is seen before anything is spent."""
        if self._question.isHidden():
            self._want("painted")
        else:
            self._question.agree()

    def ask_for_another(self) -> None:
        """Ask whether one more is to be painted."""
        self._want("another")

    def look_for_obstacles(self) -> None:
        """Find out whether a model may be asked; `changed` tells when that is known."""
        if not self._is_painting and self._goal is None:
            self._allowing.start(_check)

    def forget_obstacles(self) -> None:
        """The user has changed the settings."""
        self._obstacle = ""
        self.changed.emit()

    def retry(self) -> None:
        self._notice.hide()
        self._failed = None
        self._viewing.retry()
        self.changed.emit()
        self.ended.emit()

    def close_workers(self) -> None:
        self._allowing.close()

    # From a wish to the question

    def _want(self, goal: _Goal) -> None:
        if not self._is_painting:
            self._goal, self._is_allowed = goal, False
            self._allowing.start(_check)

    def _take_allowed(self, _: object) -> None:
        self._obstacle = ""
        self._is_allowed = True
        self._go_on()
        self.changed.emit()

    def _take_obstacle(self, error: GcxError) -> None:
        from gcx_viewer.core.viewing.remedies import remedy_for

        remedy = remedy_for(error)
        self._obstacle = self._sentence(error, remedy)
        if self._goal is not None:
            self._goal = None
            self._question.hide()
            self._notice.tell(self._obstacle, remedy=remedy.name)
        self.changed.emit()

    def _go_on(self) -> None:
        """Ask, as soon as it is known that it may be asked, and what it costs."""
        goal = self._goal
        if goal is None or not self._is_allowed:
            return
        estimate = self._asked if goal == "painted" and self._asked else self._another
        if self._reason == "it has more pixels than are generated":
            self._goal = None
            self._notice.tell(self._of_reason(self._reason))
        elif estimate is not None:
            self._ask(goal, estimate)
            self._question.paint_button.setFocus()
        elif self._failed is not None:
            self._goal = None
            self.retry()  # of what came before any model; the core asks once it has gone well
        else:
            self.remarked.emit(self.tr("Finding out what it costs…"))

    def _ask(self, goal: _Goal, estimate: Estimate) -> None:
        self._goal = None
        self._asks_for, self._quoted = goal, estimate
        self._notice.hide()
        self._question.ask(estimate, for_folder=goal == "painted")

    def _agree(self, always: bool) -> None:
        if always and self._path is not None:
            folder = self._path.resolve().parent  # not a link that somebody could turn
            trusted = self._preferences.trusted_folders
            if folder not in trusted:
                self._preferences.trusted_folders = [*trusted, folder]
                remembered.save(self._preferences)
        if self._asks_for == "another":
            self._viewing.generate(force_new=True, quoted=self._quoted)
        elif self._asked is not None:
            self._viewing.generate(quoted=self._quoted)
        else:  # the cost that was shown is that of one
            self._viewing.generate(candidates=1, quoted=self._quoted)
        self.ended.emit()

    def _decline(self) -> None:
        if self._asks_for == "painted":
            self.remarked.emit(self.tr("A preview. Press Enter to have it painted"))
        self.ended.emit()

    # How it goes

    def _set_painting(self, painting: bool) -> None:
        was, self._is_painting = self._is_painting, painting
        if not painting:
            self._progress.end()
        if was != painting:
            self.changed.emit()

    def _take_failure(self, failed: Failed) -> None:
        self._failed = failed
        self._set_painting(False)
        if failed.remedy == "key":
            self._obstacle = failed.error.message
        cost = ""
        if failed.during == "generating" and (estimate := self._asked or self._another):
            cost = money(estimate.usd)
        self._notice.tell_failure(failed, cost)

    def _take_reason(self, reason: Reason | None) -> None:
        """Say why it stays a preview: quietly, but once where the user can change it."""
        self._reason = reason
        if reason is None:
            return
        self.remarked.emit(self._of_reason(reason))
        if reason == "no key is set":
            self._obstacle = self._of_missing_key()
            if not self._was_told_of_key:
                self._was_told_of_key = True
                self._notice.tell(self._obstacle, remedy="key")

    # Sentences

    def _of_reason(self, reason: Reason) -> str:
        reasons: dict[Reason, str] = {
            "no key is set": self.tr("Preview only: no key is set"),
            "nothing that paints is ready": self.tr(
                "Preview only: the generator is not ready; “gcx doctor” says why"
            ),
            "the policy is to ask no model": self.tr("Preview only: models are not to be asked"),
            "the settings allow no generated pictures": self.tr(
                "Preview only: the settings do not allow generated pictures"
            ),
            "it has more pixels than are generated": self.tr(
                "Preview only: the picture is too large to be painted"
            ),
        }
        return reasons[reason]

    def _of_missing_key(self) -> str:
        return self.tr("Painting needs a key for the model's server")

    def _sentence(self, error: GcxError, remedy: Remedy) -> str:
        from gcx_format.errors import GenerationNotAllowedError, MissingKeyError

        if isinstance(error, MissingKeyError):
            return self._of_missing_key()
        if isinstance(error, GenerationNotAllowedError):
            return self.tr("The settings do not allow a model to be asked")
        return error.message[:1].upper() + error.message[1:]


def _check(_: object) -> None:
    """Whether the user's settings let a model be asked; the keyring may have to be unlocked.

    Raises:
        GcxError: they do not.
    """
    from gcx_viewer.core.configuration import settings_with_key
    from gcx_viewer.core.viewing import generating

    generating.check(settings_with_key())
