"""Try a Slack channel out, step by step: what a digest needs there, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orchestration.delivery.channel import DeliveryError, Message, Step
from orchestration.delivery.slack import Slack
from orchestration.delivery.slack_answers import NotAcceptedError, UnclearError


def check_slack(slack: Slack, message: Message) -> Iterator[Step]:
    """Sign in, post, read back, update and answer in the thread; the first that fails is the last.

    The message is posted and found as a digest is, by the same code.
    """
    call, channel = slack.api.call, message.address
    posted = {"channel": channel, "ts": ""}

    def sign_in() -> str:
        answer = call("auth.test")
        return f"the token is {answer.get('user')}'s in the workspace {answer.get('team')}"

    def post() -> str:
        receipt = slack.send(message).provider_id or ""
        posted["channel"], _, posted["ts"] = receipt.partition(":")
        return f"posted to {channel} as {posted['ts']}"

    def read_back() -> str:
        if slack.find(message) is None:
            raise UnclearError("the channel was read, and the message is not in it")
        return "found in the channel by its metadata"

    def update() -> str:
        call("chat.update", json={**posted, "text": f"{message.text} ✓"})
        return "changed the message"

    def answer_in_thread() -> str:
        reply = {"channel": posted["channel"], "thread_ts": posted["ts"], "text": message.text}
        call("chat.postMessage", json=reply)
        return "answered in its thread"

    steps: dict[str, Callable[[], str]] = {
        "sign in": sign_in,
        "post": post,
        "read back": read_back,
        "update": update,
        "reply": answer_in_thread,
    }
    for name, step in steps.items():
        try:
            yield Step(name, is_done=True, sentence=f"{step()}.")
        except DeliveryError as error:
            yield Step(name, is_done=False, sentence=str(error))
            return
        except (NotAcceptedError, UnclearError) as error:
            yield Step(name, is_done=False, sentence=f"Slack channel {channel}: {error}.")
            return
