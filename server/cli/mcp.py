"""`whydenied mcp`: serve the site's answers as tools for assistants (Model Context Protocol)."""

import click

__all__ = ["mcp"]


@click.command()
@click.option("--http", is_flag=True, help="Speak streamable HTTP at /mcp instead of stdio.")
@click.option("--host", default="127.0.0.1", show_default=True, help="With --http.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(1, 65535), help="With --http.")
def mcp(http: bool, host: str, port: int) -> None:
    """Serve the answers as tools for assistants, over stdio or streamable HTTP.

    Needs the extra `mcp`: pip install 'whydenied[mcp]'.
    """
    from whydenied.server.mcp import make_server
    from whydenied.server.service import load_service

    service = load_service()
    service.warm_up()
    server = make_server(service)
    if http:
        # Stateless and as plain JSON, so that several replicas can stand behind one address.
        server.run("streamable-http", host=host, port=port, stateless_http=True, json_response=True)
    else:
        server.run("stdio")
