"""`python -m gcx_viewer`."""

import sys

from gcx_viewer.app import main

sys.exit(main())
