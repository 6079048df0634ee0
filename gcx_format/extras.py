"""Whether the optional parts of gcx are installed, without importing them, and how to install them.

A failed import leaves a broken module behind, which another thread may see, and some of these
packages take seconds to import.
"""

from __future__ import annotations

import os
import shlex
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

__all__ = ["folder_of", "install_command", "is_installed"]


def is_installed(*modules: str) -> bool:
    return all(map(_is_installed, modules))


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # a finder that refuses
        return False
    except ValueError:  # no spec, or None in sys.modules
        return sys.modules.get(module) is not None


def folder_of(package: str) -> Path:
    """Where an installed package lies, such as one that carries a model, without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    return Path(spec.origin).parent


@cache
def install_command(extra: str, *, upgrade: bool = False) -> str:
    """The command that installs an optional part beside this installation of gcx.

    If gcx came from a clone, a file or a repository (PEP 610), so does the part; pip would look
    on its index otherwise. With `upgrade`, outdated packages of the part are upgraded too.
    """
    command = "pip install --upgrade" if upgrade else "pip install"
    return f"{command} {_what_to_install(extra)}"


def _what_to_install(extra: str) -> str:
    import json
    from importlib.metadata import PackageNotFoundError, distribution
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    try:
        told = json.loads(distribution("gcx").read_text("direct_url.json") or "")
        url = told["url"]
        if told.get("dir_info", {}).get("editable"):
            return f"-e {_quoted(f'{url2pathname(urlsplit(url).path)}[{extra}]')}"
        if vcs := told.get("vcs_info"):
            url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
        return _quoted(f"gcx[{extra}] @ {url}")
    except (PackageNotFoundError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return f'"gcx[{extra}]"'  # from an index, or an installer without this record


def _quoted(argument: str) -> str:
    """An argument for the usual shell of this system."""
    return f'"{argument}"' if os.name == "nt" else shlex.quote(argument)
