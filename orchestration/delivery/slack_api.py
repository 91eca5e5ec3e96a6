"""Slack's Web API as we use it: one request, one answer, and never a silent second try.

The only module that knows Slack's SDK.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from pydantic import SecretStr
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

from orchestration.delivery.slack_answers import UnclearError, no_answer, refusal, refused

# Slack recommends no more than 200 a page; 50 pages a minute are its limit for this method.
_PAGE, _MOST_PAGES = 200, 50
# Slack asks for a second, or under load for half a minute; longer is the next run's business.
_LONGEST_WAIT, _WAITS = 60, 3
# What the SDK would log holds merchants' figures, and its errors are told by ours.
_SILENT = logging.getLogger(f"{__name__}.sdk")
_SILENT.setLevel(logging.CRITICAL + 1)
# What a broken or strange answer makes the SDK raise after the request has gone.
_STRANGE = (OSError, HTTPException, SlackClientError, ValueError, LookupError, AttributeError)

Answer = dict[str, Any]


class _WaitWhenAsked(RateLimitErrorRetryHandler):
    """Repeats what was certainly not taken (429), and nothing else."""

    def _can_retry(
        self,
        *,
        state: RetryState,  # noqa: ARG002
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        headers = {name.lower(): values for name, values in response.headers.items()}
        seconds = str(headers.get("retry-after", ["1"])[0])
        return seconds.isdecimal() and int(seconds) <= _LONGEST_WAIT


class _StayHere(HTTPRedirectHandler):
    """Goes nowhere else: a redirect is an answer, and no good one."""

    def redirect_request(
        self,
        req: Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: HTTPMessage,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


class _Client(WebClient):
    """The SDK, but for redirects: urllib would take the token along to wherever they lead."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:  # noqa: ARG002
        # Without one of the environment's it is the same as none.
        proxy = {"http": self.proxy, "https": self.proxy} if self.proxy else None
        opener = build_opener(_StayHere, ProxyHandler(proxy))
        with opener.open(req, timeout=self.timeout) as answer:
            charset = answer.headers.get_content_charset() or "utf-8"
            body = answer.read().decode(charset)
            return {"status": answer.status, "headers": answer.headers, "body": body}


@dataclass(frozen=True)
class SlackApi:
    """A workspace, seen with the app's token."""

    token: SecretStr
    url: str = ""
    timeout_seconds: float = 30

    def call(
        self, method: str, *, json: Answer | None = None, params: Answer | None = None
    ) -> Answer:
        """Slack's answer to one method.

        Raises:
            NotAcceptedError: Slack has not done it.
            UnclearError: it may have.
        """
        try:
            data = self._client.api_call(method, json=json, params=params).data
            if isinstance(data, dict):
                return data
            problem = refusal(200, data)
        except SlackApiError as error:
            problem = refusal(error.response.status_code, error.response.data)
        except _STRANGE as error:
            problem = no_answer(error)
        # Here, not above: the SDK's errors hold the request, and with it the token.
        raise problem

    def messages(self, method: str, asked: Answer) -> Iterator[Answer]:
        """All messages that `conversations.history` or `.replies` has, with their metadata.

        Raises:
            NotAcceptedError: Slack does not show them.
            UnclearError: these were not all.
        """
        params = {**asked, "limit": _PAGE, "include_all_metadata": True}
        for _ in range(_MOST_PAGES):
            answer = self.call(method, params=params)
            found = answer.get("messages")
            if not isinstance(found, list) or not all(map(_is_message, found)):
                raise UnclearError("Slack's answer has no messages")
            yield from found
            following = answer.get("response_metadata")
            cursor = following.get("next_cursor") if isinstance(following, dict) else None
            if not cursor:
                if answer.get("has_more"):
                    raise UnclearError("Slack has more messages and does not say where")
                return
            params = {**params, "cursor": cursor}
        raise UnclearError(
            f"more than {_PAGE * _MOST_PAGES:,} messages were posted there since; look yourself, "
            "and keep a channel for the digests"
        )

    @cached_property
    def _client(self) -> _Client:
        token = self.token.get_secret_value().strip()
        # The library would name such a token in its error.
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise refused("invalid_auth")
        address = self.url or WebClient.BASE_URL
        if not address.startswith(("https://", "http://")):
            raise refused("no_address")
        return _Client(
            token,
            base_url=address,
            timeout=self.timeout_seconds,  # pyright: ignore[reportArgumentType] - urllib's own
            logger=_SILENT,
            # Without this the SDK posts again when the connection drops after Slack took it.
            retry_handlers=[_WaitWhenAsked(max_retry_count=_WAITS)],
        )


def _is_message(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get("ts"), str)
