"""The main window: what it shows, and what the user can do in it."""
