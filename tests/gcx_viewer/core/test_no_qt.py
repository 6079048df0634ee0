"""The core needs no window, and what it shows first needs nothing that is slow to import."""

import json
import subprocess
import sys
from pathlib import Path

import gcx_viewer.core

_FOLDER = Path(gcx_viewer.core.__file__).parent
_CORE = sorted(
    ".".join(("gcx_viewer.core", *path.relative_to(_FOLDER).with_suffix("").parts))
    for path in _FOLDER.rglob("*.py")
    if path.stem != "__init__"
)

_FIRST_PICTURE = """
import json, sys, threading
from pathlib import Path
from gcx_viewer.core import preferences
from gcx_viewer.core.events import Showing
from gcx_viewer.core.viewing.viewing import Viewing

loaded, shown = [], threading.Event()

def listen(event):
    if isinstance(event, Showing) and not shown.is_set():
        loaded.extend(sys.modules)
        shown.set()

viewing = Viewing(listen, preferences.load)
viewing.show(Path(sys.argv[1]))
assert shown.wait(20)
viewing.close(20)
print(json.dumps(loaded))
"""


def run(program: str, *arguments: object) -> list[str]:
    """The modules that a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_no_module_of_the_core_imports_qt():
    imports = "".join(f"import {name}\n" for name in _CORE)
    loaded = run(f"import json, sys\n{imports}print(json.dumps(list(sys.modules)))")
    assert set(_CORE) <= set(loaded)
    assert not [name for name in loaded if name.startswith(("PyQt", "gcx_viewer.gui"))]


def test_the_first_picture_waits_for_no_slow_import(house):
    loaded = run(_FIRST_PICTURE, house)
    assert "PIL.Image" in loaded
    slow = {"numpy", "pydantic", "openai", "httpx2", "keyring", "tomlkit", "gcx_format.settings"}
    assert not slow & set(loaded)
