"""Python programs that tests start behave as if the enhancer were not installed."""

import sys

sys.modules["ncnn"] = None  # type: ignore[assignment]
