"""What Slack's answers mean: whether the message was taken, and how to mend what was refused. Pure.

Slack's own words reach a sentence only where they look like a code or a scope, so that nothing
that a proxy or a broken answer holds is ever repeated.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Mapping
from urllib.error import URLError

_CODE = re.compile(r"[a-z_]{2,60}")
_SCOPES = re.compile(r"[a-z:._, ]{3,200}")
_POINTER = re.compile(r"json-pointer:(/[a-z0-9_/]{1,100})")
# What Slack documents as "some aspect of the operation may have succeeded", or as its own trouble.
_UNSURE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
# What no later try can change.
_GONE = {"channel_not_found", "is_archived", "account_inactive"}
# The operating system's words for a connection that was never there.
_NO_CONNECTION = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_TOKEN = "SEEDBED_DELIVERY__SLACK__TOKEN (or delivery.slack.token_file)"
_NEW_TOKEN = f"put the app's present bot token into {_TOKEN}"
_BOARD = "ask an administrator of the workspace to allow the app to post there"
_OURS = "this is a fault of Seedbed's, report it with the digest's slack.json"
_AGAIN = "send again"

MEANINGS = {
    "invalid_auth": f"Slack does not know the token; {_NEW_TOKEN}",
    "not_authed": f"no token reached Slack; {_NEW_TOKEN}",
    "token_revoked": f"the token was revoked; install the app again and {_NEW_TOKEN}",
    "token_expired": f"the token has expired; turn the app's token rotation off and {_NEW_TOKEN}",
    "account_inactive": f"the app was removed; install it in the workspace again and {_NEW_TOKEN}",
    "not_allowed_token_type": f"this is no bot token; {_NEW_TOKEN} (it begins with xoxb-)",
    "not_in_channel": "the app is no member of the channel; write /invite @Seedbed there",
    "channel_not_found": (
        "the app sees no such channel; write its ID (C…, at the foot of the channel's details) "
        "into the register, and if it is private, /invite @Seedbed there"
    ),
    "is_archived": "the channel is archived; unarchive it, or give another one in the register",
    "invalid_blocks": f"Slack refuses the digest's blocks; {_OURS}",
    "invalid_blocks_format": f"Slack refuses the digest's blocks; {_OURS}",
    "invalid_attachments": f"Slack refuses the digest's table; {_OURS}",
    "msg_too_long": f"the digest is too long for Slack; {_OURS}",
    "msg_blocks_too_long": f"the digest is too long for Slack; {_OURS}",
    "no_text": f"the digest has no text; {_OURS}",
    "invalid_metadata_format": f"Slack refuses the digest's metadata; {_OURS}",
    "metadata_too_large": f"Slack refuses the digest's metadata; {_OURS}",
    "restricted_action": f"the workspace forbids it; {_BOARD}",
    "restricted_action_read_only_channel": f"the channel is read-only; {_BOARD}",
    "restricted_action_thread_only_channel": f"the channel takes replies only; {_BOARD}",
    "restricted_action_non_threadable_channel": "the channel takes no replies; give another one",
    "access_denied": f"the workspace forbids it; {_BOARD}",
    "no_permission": f"the workspace forbids it; {_BOARD}",
    "ekm_access_denied": f"the workspace's administrators have suspended posting; {_BOARD}",
    "team_access_not_granted": f"the app is not installed in this workspace; {_BOARD}",
    "messages_tab_disabled": "the app takes no direct messages; give a channel in the register",
    "cant_update_message": "the message is not the app's own; use one app for one home",
    "message_not_found": "the message is not there any more; the note in the channel says it all",
    "edit_window_closed": f"the workspace forbids changing old messages; {_BOARD}",
    "ratelimited": f"Slack has had too many messages; wait a minute and {_AGAIN}",
    "rate_limited": f"Slack has had too many messages; wait a minute and {_AGAIN}",
    "no_address": (
        "delivery.slack.api_url is no address; let it begin with https:// or leave it out"
    ),
    "message_limit_exceeded": f"the workspace has had too many messages; wait and {_AGAIN}",
}


class NotAcceptedError(Exception):
    """Slack has certainly not done it; the message says why and how to mend it."""


class GoneError(NotAcceptedError):
    """Slack has not done it, and never will: there is no such channel or app any more."""


class UnclearError(Exception):
    """Nobody knows whether Slack has done it; the message says what came instead of an answer."""


def refusal(status: int, data: object) -> NotAcceptedError | UnclearError:
    """What an answer means that is not a plain `ok`."""
    if status == 429:
        return refused("ratelimited")
    if status >= 500:
        return UnclearError(f"Slack answered HTTP {status}")
    if 300 <= status < 400:
        # Some servers do what they are asked, and then send one elsewhere.
        return UnclearError(
            f"HTTP {status} leads elsewhere, and the token does not go there; check "
            "delivery.slack.api_url and the proxy"
        )
    answer = data if isinstance(data, dict) else {}
    code = answer.get("error")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return UnclearError(f"what answered (HTTP {status}) is not readable as Slack's answer")
    if code in _UNSURE:
        return UnclearError(f"Slack answered {code}")
    kind = GoneError if code in _GONE else NotAcceptedError
    return kind(meaning(code, answer))


def refused(code: str) -> NotAcceptedError:
    """A refusal that is certain without an answer of Slack's."""
    return NotAcceptedError(meaning(code, {}))


def meaning(code: str, answer: Mapping[str, object]) -> str:
    """An error code with what it means and how to mend it."""
    if code == "missing_scope":
        needed = answer.get("needed")
        known = isinstance(needed, str) and _SCOPES.fullmatch(needed)
        scope = f"the scope {needed}" if known else "a scope"
        return (
            f"missing_scope: the app lacks {scope}; add it under OAuth & Permissions, install "
            f"the app again and {_NEW_TOKEN}"
        )
    told = MEANINGS.get(code, "docs/slack.md says where Slack explains its codes")
    pointer = _POINTER.search(str(answer.get("response_metadata", "")))
    where = f" at {pointer[1]}" if pointer else ""
    return f"{code}{where}: {told}"


def no_answer(error: Exception) -> NotAcceptedError | UnclearError:
    """What it means that no answer came at all."""
    reason = error.reason if isinstance(error, URLError) else error
    # http.client raises a bare OSError with these words when a proxy lets nothing through.
    has_tunnel = not str(reason).startswith("Tunnel connection failed")
    if isinstance(reason, _NO_CONNECTION) or not has_tunnel:
        told = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
        return NotAcceptedError(
            f"there is no connection to Slack ({told}); check the network, the proxy and "
            f"delivery.slack.api_url, then {_AGAIN}"
        )
    if isinstance(reason, TimeoutError):
        return UnclearError("Slack did not answer in time")
    return UnclearError(f"the connection to Slack broke off ({type(reason).__name__})")
