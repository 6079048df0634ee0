"""Viewing one file: reading, preview, what is kept, policy, painting, and telling of it."""
