"""Whether the optional parts of gcx are installed, found out without importing them.

An import that fails half-way leaves a broken module behind, which another thread may see; and
some of these packages take seconds. So what is missing is looked up, never tried.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

__all__ = ["is_installed"]


def is_installed(*modules: str) -> bool:
    """Whether top-level modules with these names could be imported."""
    return all(map(_is_installed, modules))


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # a finder that refuses
        return False
    except ValueError:  # a module without a spec, or an entry that says it is not there
        return sys.modules.get(module) is not None
