"""The window that encodes photographs."""
