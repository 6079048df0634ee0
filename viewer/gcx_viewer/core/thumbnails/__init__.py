"""Thumbnails, in files that all programs of the desktop share."""
