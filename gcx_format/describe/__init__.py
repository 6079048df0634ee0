"""Describing: a picture to words."""
