"""Encoding photographs: one while its options change, or many."""
