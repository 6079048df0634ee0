"""Panels beside the picture: what is known of a file, and its variants."""
