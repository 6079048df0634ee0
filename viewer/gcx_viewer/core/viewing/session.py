"""The one file on screen: who is told what of it, and what is still worth doing for it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcx_format import limits
from gcx_format.errors import GcxError
from gcx_viewer.core.events import During, Event, Failed, Listener, Showing
from gcx_viewer.core.workers import as_gcx_error

if TYPE_CHECKING:
    from gcx_format.descriptor import Descriptor
    from gcx_format.pipeline import Estimate
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.viewing.generating import GenerationRequest
    from gcx_viewer.core.viewing.variants import VariantInfo
    from gcx_viewer.core.workers import Job, WorkerPool

__all__ = ["Generation", "Rank", "SessionHost", "ViewSession"]

_log = logging.getLogger("gcx.viewer")


class Rank(IntEnum):
    """How good a picture is: one that comes late never takes the place of a better one."""

    NOTHING = 0
    QUICK = 1
    REFINED = 2
    ENHANCED = 3
    PARTIAL = 4
    WHOLE = 5


@dataclass(eq=False, slots=True)
class ViewSession:
    """One file on the screen, from one `Viewing.show` to the next.

    Attributes:
        left: set once another file is shown.
        document: as soon as the file is read.
        hash: by which the cache knows the descriptor; empty for an ordinary picture.
        shown: the picture on screen.
        rank: of that picture.
        preview: the best picture without a model, as soon as there is one.
        refined: whether that is as good as it gets.
        undecodable: whether there is a visual condition, and it does not decode.
        kept: the pictures that a model made earlier.
        quoted: the cost that the user was told of having one made, or None.
        quoted_another: the cost that they were told of one more, or None.
        agreed: whether the user wants one to be made, or does not any more; None: they have not
            said.
        generation: that is under way, or None.
        again: what retrying does, or None.
    """

    ticket: int
    path: Path
    left: threading.Event = field(default_factory=threading.Event)
    document: Document | None = None
    hash: str = ""
    shown: Picture | None = None
    rank: Rank = Rank.NOTHING
    preview: Picture | None = None
    refined: bool = False
    undecodable: bool = False
    kept: tuple[VariantInfo, ...] = ()
    quoted: Estimate | None = None
    quoted_another: Estimate | None = None
    agreed: bool | None = None
    generation: Generation | None = None
    again: Callable[[], object] | None = None

    @property
    def descriptor(self) -> Descriptor:
        """What the `.gcx` file holds that was opened."""
        assert self.document is not None
        assert self.document.descriptor is not None
        return self.document.descriptor

    @property
    def data(self) -> bytes:
        """The whole `.gcx` file that was opened."""
        assert self.document is not None
        assert self.document.data is not None
        return self.document.data

    @property
    def can_be_generated(self) -> bool:
        """Whether the `.gcx` file that was opened asks for no more pixels than are generated."""
        width, height = self.descriptor.size
        return width * height <= limits.MAX_RECONSTRUCTION_PIXELS


@dataclass(eq=False, slots=True)
class Generation:
    """A picture that is being made.

    Attributes:
        session: that is told of it: the last one of its file.
        request: what was asked for.
        estimate: what that costs.
        started: as `time.monotonic` has it.
        is_unasked: whether the policy has agreed to it, and not the user.
        cancelled: set once it is to be stopped.
        picture: the last one that came, unfinished.
        job: that paints it.
    """

    session: ViewSession
    request: GenerationRequest
    estimate: Estimate
    started: float
    is_unasked: bool = False
    cancelled: threading.Event = field(default_factory=threading.Event)
    picture: Picture | None = None
    job: Job | None = None


class SessionHost:
    """Where one file at a time is on the screen.

    Attributes:
        lock: held while the listener is told, and by whoever must not be interrupted by that;
            never while anything slow is done. Reentrant, for a listener may call methods.
        ticket: of the latest session; 0 before the first.
        current: of that file, or None.
        closed: set once nothing is to be told any more.
    """

    def __init__(self, listener: Listener) -> None:
        self.lock = threading.RLock()
        self.ticket = 0
        self.current: ViewSession | None = None
        self.closed = threading.Event()
        self._listener = listener

    def enter(self, path: Path) -> ViewSession:
        """Begin a session, in place of the one before."""
        with self.lock:
            self.leave()
            self.current = ViewSession(self.ticket, path)
            return self.current

    def leave(self) -> None:
        """End the session, with none after it."""
        with self.lock:
            self.ticket += 1
            if self.current is not None:
                self.current.left.set()
            self.current = None

    def close(self) -> None:
        with self.lock:
            self.closed.set()
            if self.current is not None:
                self.current.left.set()

    # Telling

    def tell(self, event: Event) -> None:
        """Tell the listener, unless the file is not on screen any more."""
        with self.lock:
            if event.ticket == self.ticket and not self.closed.is_set():
                try:
                    self._listener(event)
                except Exception:  # its window may be gone
                    _log.exception("nobody took %s", type(event).__name__)

    def put(self, session: ViewSession, picture: Picture, rank: Rank) -> None:
        """Show a picture, unless there is a better one."""
        with self.lock:
            if rank >= session.rank:
                session.rank, session.shown = rank, picture
                self.tell(Showing(session.ticket, picture))

    def fail(
        self,
        session: ViewSession,
        during: During,
        error: GcxError,
        again: Callable[[], object] | None,
    ) -> None:
        """Tell what went wrong; `again` is what retrying does, None that it cannot be done."""
        with self.lock:
            session.again = again
            self.tell(Failed(session.ticket, during, error, again is not None))

    # Working

    def is_on(self, session: ViewSession) -> bool:
        return not session.left.is_set() and not self.closed.is_set()

    def do(
        self,
        pool: WorkerPool,
        session: ViewSession,
        during: During,
        job: Callable[..., object],
        *arguments: Any,
    ) -> Job | None:
        """Have a job done, if the session is still on the screen then.

        Args:
            pool: who does it.
            session: what it is for; its first argument.
            during: what has failed where the job raises an error, which is told; retrying does
                the job again.
            job: what to do.
            *arguments: its further ones.
        """
        return pool.submit(partial(self.run, pool, session, during, job, *arguments))

    def run(
        self,
        pool: WorkerPool,
        session: ViewSession,
        during: During,
        job: Callable[..., object],
        *arguments: Any,
    ) -> None:
        """Do a job here and now; otherwise as `do`, which is what retrying then does."""
        if not self.is_on(session):
            return
        again = partial(self.do, pool, session, during, job, *arguments)
        try:
            job(session, *arguments)
        except Exception as error:
            self.fail(session, during, as_gcx_error(error), again)
