"""A proxy of ours before a Slack that others wrote: faults, scopes and limits, which it lacks."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from dataclasses import dataclass

from tests.slack_blocks import is_refused
from tests.slack_peer import Answer, SlackPeer

_SECONDS = 30
# What each method wants, by its page of Slack's documentation; whatever is not here wants more.
_SCOPES = {
    "auth.test": "",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
}


@dataclass
class SlackProxy(SlackPeer):
    """Does what the faults say, refuses what Slack would refuse, and hands on the rest."""

    upstream: str = ""
    upstream_token: str = "xoxb-a-bot"

    def answer(self, method: str, asked: Answer) -> Answer:
        """Slack's refusal by scopes of the manifest and limits of blocks, or what is answered."""
        scope = _SCOPES.get(method, f"another one for {method}")
        if scope and scope not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": scope}
        if method.startswith("chat.") and (error := is_refused(asked)):
            return {"ok": False, **error}
        return self._handed_on(method, asked)

    def _handed_on(self, method: str, asked: Answer) -> Answer:
        is_form = method.startswith("conversations.")
        body = urllib.parse.urlencode(asked) if is_form else json.dumps(asked)
        kind = "application/x-www-form-urlencoded" if is_form else "application/json"
        request = urllib.request.Request(
            f"{self.upstream}{method}",
            data=body.encode(),
            headers={
                "Authorization": f"Bearer {self.upstream_token}",
                "Content-Type": f"{kind}; charset=utf-8",
            },
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            return json.loads(answer.read())
