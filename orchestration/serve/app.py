"""The web application: a link is shown by GET and acts by POST only.

Scanners of mail follow every link that they find, by GET; so what changes anything is a POST of a
button, or of the reader's mail program (RFC 8058).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestration.delivery.channel import DeliveryError
from orchestration.delivery.links import LinkError, Links
from orchestration.digest.pages import asking_page, done_page, expired_page
from orchestration.flow.digests.readers import Opened, act, open_link, read_page
from orchestration.flow.workspace import Workspace
from orchestration.register import RegisterError
from orchestration.serve.limits import RateLimit
from orchestration.state.store import StateError

# Pages are one file each: nothing is loaded, framed, kept or told to the next site.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
}
_LATER = "This cannot be done now; try again in some minutes."


class _Guard:
    """Sets the headers of every answer, and answers nobody too often."""

    def __init__(self, app: ASGIApp, limit: RateLimit) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        client = scope.get("client")
        app = self._app
        if not self._limit.allows(client[0] if client else ""):
            app = PlainTextResponse(_LATER, 429, {"retry-after": "60"})
        await app(scope, receive, send_with_headers)


def make_app(
    workspace: Workspace, links: Links, clock: Callable[[], float] = time.monotonic
) -> Starlette:
    """The application of a home, for any server of ASGI.

    Args:
        workspace: the home; nobody holds its lock.
        links: reads the links.
        clock: seconds, for the limit of requests.
    """

    def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    def link(request: Request) -> Response:
        purpose, token = request.path_params["purpose"], request.path_params["token"]
        try:
            opened = open_link(workspace, links, purpose, token)
            return _answer(workspace, opened, is_post=request.method == "POST")
        except (LinkError, DeliveryError):
            return HTMLResponse(expired_page(), 404)
        except (StateError, RegisterError):
            return PlainTextResponse(_LATER, 503, {"retry-after": "60"})

    limit = RateLimit(workspace.settings.serve.requests_per_minute, clock)
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/{purpose}/{token}", link, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(_Guard, limit=limit)],
    )


def _answer(workspace: Workspace, opened: Opened, *, is_post: bool) -> Response:
    purpose = opened.claim.purpose
    if purpose == "read":
        if is_post:
            return PlainTextResponse("Nothing is done here.", 405, {"allow": "GET"})
        return HTMLResponse(read_page(workspace, opened))
    if not is_post:
        return HTMLResponse(asking_page(purpose, opened.locale, opened.name))
    act(workspace, opened)
    return HTMLResponse(done_page(purpose, opened.locale, opened.name))


def serve(app: Starlette, host: str, port: int) -> None:
    """Answer until the process is stopped."""
    # A link is a secret of its reader: no log of requests.
    uvicorn.run(
        app, host=host, port=port, access_log=False, server_header=False, log_level="warning"
    )
