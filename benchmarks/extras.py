"""Import a benchmark's optional packages, or say in one sentence what to install."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Exit with one sentence if a package imported in the block is not installed.

    Args:
        extra: the extra of gcx that installs it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        name = Path(sys.argv[0]).name
        command = f"pip install -e '.[{extra}]'"
        raise SystemExit(f"{name} needs {error.name}, which is missing: {command}") from None
