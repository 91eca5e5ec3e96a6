"""Answer the links of digests."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.common import (
    OUT,
    DebugOption,
    HomeOption,
    WrongUsage,
    chosen_home,
    errors_in_one_line,
)


def serve(
    home: HomeOption = None,
    host: Annotated[
        str, typer.Option("--host", help="Where to listen; others than this machine by a proxy.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Where to listen.")] = 8321,
    debug: DebugOption = False,
) -> None:
    """Answer the links of digests: unsubscribe, read in the browser, answer."""
    from orchestration.delivery.links import links_of
    from orchestration.flow.workspace import open_beside
    from orchestration.serve.app import make_app
    from orchestration.serve.app import serve as run_server

    with errors_in_one_line(debug=debug), open_beside(chosen_home(home)) as workspace:
        links = links_of(workspace.home, workspace.settings.serve)
        if links is None:
            raise WrongUsage(
                "No digest has a link without serve.public_url; set it in seedbed.toml to the "
                "address at which readers reach this machine (docs/serve.md)."
            )
        OUT.print(f"Links of digests are answered on http://{host}:{port} (Ctrl-C stops it)")
        run_server(make_app(workspace, links), host, port)
