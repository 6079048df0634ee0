"""Plug-ins of gcx, as anyone could write and install them."""
