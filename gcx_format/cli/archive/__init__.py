"""`gcx archive`: collections of descriptors."""

from __future__ import annotations

from typing import Final

import typer

from gcx_format.cli import registered
from gcx_format.cli.archive import create

app: Final = typer.Typer(
    name="archive",
    no_args_is_help=True,
    help="Keep the descriptors of many pictures in one collection (Parquet).",
)
app.command(epilog=create.EXAMPLES, cls=registered.Command)(create.create)
app.command(epilog=create.UPDATE_EXAMPLES, cls=registered.Command)(create.update)
