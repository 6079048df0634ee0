"""`python -m gcx_format`: the same as `gcx`."""

from __future__ import annotations

import sys

from gcx_format.cli import main

sys.exit(main())
