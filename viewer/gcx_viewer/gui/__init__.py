"""The widgets. They show what the core tells, and tell the core what the user wants."""
