"""Where weights are kept and where they come from: what a user may set.

The one place of this package that looks at the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["RELEASE", "weights_folder", "weights_url"]

RELEASE: Final = "https://dl.fbaipublicfiles.com/NeuralCompression/2023-muckley-msillm"
"""Where upstream released the checkpoints."""


def weights_folder() -> Path:
    """The folder of checkpoints: `GCX_WEIGHTS_DIR`, or one of the user's own data."""
    chosen = os.environ.get("GCX_WEIGHTS_DIR")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("gcx", appauthor=False) / "msillm"


def weights_url() -> str:
    """The address that checkpoints are below: `GCX_WEIGHTS_URL`, or that of the release."""
    return (os.environ.get("GCX_WEIGHTS_URL") or RELEASE).rstrip("/")
