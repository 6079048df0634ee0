"""All of the viewer that needs no window, and no Qt; a test keeps it so."""
