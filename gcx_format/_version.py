"""The version of gcx, below everything else so that anything may say it."""

__version__ = "0.1.0"
