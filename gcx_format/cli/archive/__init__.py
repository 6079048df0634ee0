"""`gcx archive`: collections of descriptors."""

from __future__ import annotations

from typing import Final

import typer

from gcx_format.cli import registered
from gcx_format.cli.archive import create, describe, exchange, looking, searching, sheet

app: Final = typer.Typer(
    name="archive",
    no_args_is_help=True,
    help="Keep the descriptors of many pictures in one collection (Parquet).",
)
app.command(epilog=create.EXAMPLES, cls=registered.Command)(create.create)
app.command(epilog=create.UPDATE_EXAMPLES, cls=registered.Command)(create.update)
app.command("describe", epilog=describe.EXAMPLES, cls=registered.Command)(describe.describe_)
app.command("list", epilog=looking.LIST_EXAMPLES)(looking.list_)
app.command(epilog=searching.EXAMPLES)(searching.search)
app.command(epilog=sheet.EXAMPLES)(sheet.sheet)
app.command(epilog=looking.SHOW_EXAMPLES)(looking.show)
app.command(epilog=looking.STATS_EXAMPLES)(looking.stats)
app.command(epilog=looking.VERIFY_EXAMPLES)(looking.verify)
app.command(epilog=exchange.EXTRACT_EXAMPLES)(exchange.extract)
app.command("export", epilog=exchange.EXPORT_EXAMPLES)(exchange.export)
app.command("import", epilog=exchange.IMPORT_EXAMPLES)(exchange.import_)
app.command(epilog=exchange.BAGIT_EXAMPLES)(exchange.bagit)
