"""Bars over the picture: a notice, a question, how far a model is."""
