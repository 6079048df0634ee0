"""Thumbnails: the strip, the grid, and the model behind both."""
