"""Comparing pictures: the view, its bar, and the canvas that shows the pictures."""
