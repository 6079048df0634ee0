"""Comparing pictures: the view, its bar, and the stage that pictures stand on."""
