"""`nzd portal` and `nzd serve`: the site over all editions, made and shown.

Belongs here: arguments and what is printed. Does not belong here: pages (`publishing/portal`).
"""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.settings import settings


@click.command()
@click.option(
    "--copy",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write one folder to put on a web server: the portal and the public files of the editions.",
)
def portal(target: Path | None) -> None:
    """Make the portal, the static site over all editions; every publication does so by itself."""
    from pipelines.publishing.portal.placing import NotAPortal
    from pipelines.publishing.portal.site import copy_portal, make_portal

    if target is None:
        written = make_portal(settings())
        click.echo(f"Portal: {settings().portal / 'index.html'} ({written} files written)")
        return
    try:
        copy_portal(settings(), target)
    except NotAPortal as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"Put this folder on a web server: {target}; its door is portal/index.html.")


@click.command()
@click.option("--port", default=8000, show_default=True, help="0 takes a free one.")
def serve(port: int) -> None:
    """Show the portal on 127.0.0.1 only, to be read and nothing else."""
    from pipelines.publishing.portal.serving import server
    from pipelines.publishing.portal.site import make_portal

    if not (settings().portal / "index.html").is_file():
        make_portal(settings())
    try:
        running = server(settings(), port)
    except OSError as taken:
        raise click.ClickException(
            f"Port {port} of 127.0.0.1 cannot be used ({taken.strerror}). Try nzd serve --port 0."
        ) from taken
    with running:
        click.echo(
            f"Portal: http://127.0.0.1:{running.server_port}/portal/index.html (Ctrl-C ends it)"
        )
        running.serve_forever()
