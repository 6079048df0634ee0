"""What rows of a collection may be checked for besides; other processes import it."""

import os

from gcx_format.collections.rows import Row
from gcx_format.descriptor import Descriptor
from gcx_format.errors import UnavailableError


def refuse_g(row: Row, made: Descriptor) -> None:
    """Find fault with the row g."""
    if row.path == "g":
        raise UnavailableError("intact, but far away")


def crash_at_c(row: Row, made: Descriptor) -> None:
    """End the process at the row c."""
    if row.path == "c":
        os._exit(3)
