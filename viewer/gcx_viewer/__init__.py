"""The viewer of gcx: pictures that exist, and pictures that do not exist yet.

    path ──▶ core.opening ──▶ core.viewing ──▶ events ──▶ gui.bridge ──▶ gui.window
                                 │ preview, at once
                                 │ kept reconstruction, if there is one
                                 └ policy ──▶ generation ──▶ partial pictures ──▶ reconstruction

`core` knows no Qt: it loads, decides, generates and tells what happens as events, from
threads of its own. `gui` has the widgets, which show events and call the core; `desktop` tells
the desktop about the program and its file type. `app` puts them together.
"""
