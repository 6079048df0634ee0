"""Having a picture painted: what is offered, how it goes, and what went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_format.errors import GcxError, MissingKeyError
from gcx_viewer.core import preferences as remembered
from gcx_viewer.core.events import (
    Cancelled,
    ConsentNeeded,
    Event,
    Failed,
    FailedElsewhere,
    Finished,
    Generating,
    Reason,
    Showing,
    VariantsFound,
)
from gcx_viewer.gui import errors
from gcx_viewer.gui.money import money
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from gcx_format.pipeline import Estimate
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.viewing.viewing import Viewing
    from gcx_viewer.gui.bars.notice import NoticeBar
    from gcx_viewer.gui.bars.progress import ProgressLine
    from gcx_viewer.gui.canvas.badge import Badge

__all__ = ["GenerationPrompts"]

_Goal = Literal["painted", "another"]


class GenerationPrompts(QObject):
    """Stands between the core, the badge and the two cards of a window.

    Nothing is spent unasked. A key or a button states a goal. Once it is known that a model may be
    asked, and what that costs, the badge offers it; only after a yes does the core ask a model.
    Where the policy needs no question the core does it on its own.
    """

    changed = pyqtSignal()
    """A model has begun or ended, or what can be done is another."""

    remarked = pyqtSignal(str)
    """A remark for the status line."""

    badge_wanted = pyqtSignal()
    """The user has to see the price first: the badge is to be on the screen."""

    ended = pyqtSignal()
    """The user is done with a card or the badge; the keys belong to the picture again."""

    def __init__(
        self,
        viewing: Viewing,
        preferences: Preferences,
        notice: NoticeBar,
        badge: Badge,
        progress: ProgressLine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewing = viewing
        self._preferences = preferences
        self._notice = notice
        self._badge = badge
        self._progress = progress
        self._path: Path | None = None
        self._asked: Estimate | None = None
        self._another: Estimate | None = None
        self._offered: tuple[_Goal, Estimate] | None = None
        self._failed: Failed | None = None
        self._reason: Reason | None = None
        self._obstacle = ""
        self._is_painting = False
        self._is_quiet = False
        self._goal: _Goal | None = None
        self._is_allowed = False
        self._was_told_of_key = False
        self._allowing = Task(self)
        self._allowing.done.connect(self._take_allowed)
        self._allowing.failed.connect(self._take_obstacle)
        notice.dismissed.connect(self.ended)
        badge.agreed.connect(self._agree)
        progress.cancelled.connect(viewing.cancel)

    @property
    def is_painting(self) -> bool:
        """Whether a model is being asked for the picture on screen."""
        return self._is_painting

    @property
    def can_retry(self) -> bool:
        """Whether what failed may be tried again, and that may help."""
        if self._failed is None:
            return False
        found = errors.offer(self._failed.error, can_retry=self._failed.can_retry)
        return found is not None and found.action == "retry"

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
        self._offer(None)
        self._set_painting(False)
        self.changed.emit()

    def set_quiet(self, quiet: bool) -> None:
        """Offer nothing in the badge, as long as pictures follow each other by themselves."""
        self._is_quiet = quiet
        self._offer(self._offered)

    def take(self, event: Event) -> None:
        match event:
            case ConsentNeeded():
                self._take_price(event)
            case Generating():
                self._failed = self._goal = None
                self._obstacle = ""
                self._notice.hide()
                self._offer(None)
                self._progress.begin(event)
                self._set_painting(True)
            case Showing():
                if event.picture.kind == "partial":
                    self._progress.count_unfinished()
            case Finished():
                self._set_painting(False)
                self._take_reason(event.reason)
                if event.warnings:
                    told = self.tr("The picture was painted, but not everything went well.")
                    self._notice.tell(told, "\n".join(event.warnings))
            case Failed():
                self._take_failure(event)
            case FailedElsewhere():
                told = self.tr("{name}: {problem}").replace("{name}", event.path.name)
                problem = errors.sentence(event.error)
                self._notice.tell(told.replace("{problem}", problem), errors.detail(event.error))
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
        """Agree to what is offered, or have it offered: its cost is seen before it is spent."""
        if self._offered is None:
            self._want("painted")
        elif not self._badge.isVisible():
            self.badge_wanted.emit()
        elif self._badge.was_seen and self._badge.is_offering:
            self._agree(False)

    def ask_for_another(self) -> None:
        """Ask whether one more is to be painted."""
        self._want("another")

    def paint_another(self) -> None:
        """Have one more painted: the user has seen what it costs."""
        if self._another is None:
            self._want("another")
        else:
            self._viewing.generate(force_new=True, quoted=self._another)

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

    # From a wish to the offer

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
        self._obstacle = errors.sentence(error)
        if self._goal is not None:
            self._goal = None
            self._notice.tell_error(error)
        self.changed.emit()

    def _go_on(self) -> None:
        """Offer it, as soon as it is known that it may be offered, and what it costs."""
        goal = self._goal
        if goal is None or not self._is_allowed:
            return
        estimate = self._asked if goal == "painted" and self._asked else self._another
        if self._reason == "it has more pixels than are generated":
            self._goal = None
            self._notice.tell(self._of_reason(self._reason))
        elif self._reason == "the spending limit allows no more":
            self._goal = None
            self._viewing.generate()  # the core says which limit that is
        elif estimate is not None:
            self._goal = None
            self._offer((goal, estimate))
            self.badge_wanted.emit()
        elif self._failed is not None:
            self._goal = None
            self.retry()  # of what came before any model; the core asks once it has gone well
        else:
            self.remarked.emit(self.tr("Finding out what it costs…"))

    def _take_price(self, needed: ConsentNeeded) -> None:
        self._obstacle = ""
        before = self._another if needed.force_new else self._asked
        if needed.force_new:
            self._another = needed.estimate
        else:
            self._asked = needed.estimate
        if before is not None and before.usd < needed.estimate.usd:
            self.remarked.emit(self.tr("The price has risen"))
        self._notice.hide()
        self._offer(("another" if needed.force_new else "painted", needed.estimate))

    def _offer(self, offered: tuple[_Goal, Estimate] | None) -> None:
        """Have the badge offer something, or (None) nothing."""
        self._offered = offered
        if offered is None or self._is_quiet:
            self._badge.offer("")
            return
        goal, estimate = offered
        text = self.tr("Paint") if goal == "painted" else self.tr("Paint another")
        if not estimate.usd:
            self._badge.offer(text)
            return
        cost = money(estimate.usd)
        each = self.tr("Paint every picture I open in this folder, about {cost} each")
        each = each.format(cost=cost) if goal == "painted" else ""
        self._badge.offer(f"{text} · {cost}", each)

    def _agree(self, for_folder: bool) -> None:
        if self._offered is None:
            return
        goal, quoted = self._offered
        self._offer(None)
        if for_folder and self._path is not None:
            folder = self._path.resolve().parent  # not a link that somebody could turn
            trusted = self._preferences.trusted_folders
            if folder not in trusted:
                self._preferences.trusted_folders = [*trusted, folder]
                remembered.save(self._preferences)
        if goal == "another":
            self._viewing.generate(force_new=True, quoted=quoted)
        elif self._asked is not None:
            self._viewing.generate(quoted=quoted)
        else:  # the cost that was shown is that of one
            self._viewing.generate(candidates=1, quoted=quoted)
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
        if isinstance(failed.error, MissingKeyError):
            self._obstacle = errors.sentence(failed.error)
        if failed.during == "opening":
            return  # the canvas tells, which has no picture
        cost = ""
        if failed.during == "generating" and (estimate := self._asked or self._another):
            cost = money(estimate.usd)
        self._notice.tell_error(
            failed.error, can_retry=failed.can_retry, can_export=True, cost=cost
        )

    def _take_reason(self, reason: Reason | None) -> None:
        """Say why it stays a preview: quietly, but once where the user can change it."""
        self._reason = reason
        if reason is None:
            return
        self.remarked.emit(self._of_reason(reason))
        if reason == "no key is set":
            missing = MissingKeyError(reason)
            self._obstacle = errors.sentence(missing)
            if not self._was_told_of_key:
                self._was_told_of_key = True
                self._notice.tell_error(missing)

    def _of_reason(self, reason: Reason) -> str:
        reasons: dict[Reason, str] = {
            "no key is set": self.tr("Preview only: no key is set"),
            "nothing that paints is ready": self.tr("Preview only: nothing that paints is ready"),
            "the policy is to ask no model": self.tr("Preview only: models are not to be asked"),
            "the settings allow no generated pictures": self.tr(
                "Preview only: the settings do not allow generated pictures"
            ),
            "it has more pixels than are generated": self.tr(
                "Preview only: the picture is too large to be painted"
            ),
            "the spending limit allows no more": self.tr(
                "Preview only: painting it would exceed your spending limit"
            ),
        }
        return reasons[reason]


def _check(_: object) -> None:
    """Whether the user's settings let a model be asked; the keyring may have to be unlocked.

    Raises:
        GcxError: they do not.
    """
    from gcx_viewer.core.configuration import settings_to_paint
    from gcx_viewer.core.viewing import generating

    generating.check(settings_to_paint())
