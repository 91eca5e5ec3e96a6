"""One recipient at a time: as the register has it, paused, resumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from orchestration.delivery.channel import medium_of
from orchestration.digest.codes import Kind
from orchestration.flow.digests.ruling import who
from orchestration.flow.workspace import HomeError, Workspace
from orchestration.register import Recipient, Register
from orchestration.register.model import problems
from orchestration.settings import now
from orchestration.state.pauses import paused, resume
from orchestration.state.readers import subscribe_again, unsubscribed


def at_address(
    register: Register, address: str, kind: Kind, token_env: str | None = None
) -> Recipient:
    """The recipient at an address that somebody typed, with the token of its entry.

    Raises:
        HomeError: there can be no such recipient.
    """
    known = next((one for one in _everybody(register) if one.address == address), None)
    fields = {
        "channel": known.channel if known else medium_of(address),
        "address": address,
        "digest": kind,
        "token_env": token_env or (known.token_env if known else None),
    }
    try:
        return Recipient.model_validate(fields)
    except ValidationError as error:
        told = "; ".join(problem for _, problem in problems(error))
        raise HomeError(f"{address}: {told}.") from error


def resume_recipients(
    workspace: Workspace, addresses: Sequence[str], *, everybody: bool
) -> list[str]:
    """Send again to who is paused or has unsubscribed: at these addresses, or all; gives the keys.

    All that are paused are not all that have unsubscribed: those are named one by one.

    Raises:
        HomeError: one of the addresses is not paused; then none is resumed.
    """
    given_up = paused(workspace.store)
    left = (recipient for _, recipient in unsubscribed(workspace.store))
    by_address = {key.partition(":")[2]: key for key in [*given_up, *left]}
    for address in addresses:
        if address not in by_address:
            are = ", ".join(by_address) or "nobody"
            raise HomeError(
                f"{address} is not paused and has not unsubscribed; who is or has: {are}."
            )
    chosen = list(given_up) if everybody else [by_address[address] for address in addresses]
    for key in chosen:
        resume(workspace.store, key, who(), now())
        if not everybody:
            subscribe_again(workspace.store, key, who(), now())
    return chosen


def _everybody(register: Register) -> Iterator[Recipient]:
    yield from register.team.recipients
    for merchant in register.merchants:
        yield from merchant.recipients
