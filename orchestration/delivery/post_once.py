"""One HTTP POST, never repeated and never redirected, and the truth about how that ended.

What fails before the request is written has certainly not arrived; after it only a clear answer
tells. An address may be a password, so no sentence here holds it.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from orchestration.delivery.channel import AmbiguousDeliveryError, DeliveryError

# Nothing that confirms a message is longer.
_MOST_BYTES = 65_536
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
# Some receivers do what they are asked, and then say where to read of it; 307 and 308 ask for the
# same again at another place, so nothing was done.
_SEE_ELSEWHERE = (301, 302, 303)
# ValueError is what the library says to a header or an address that cannot be one.
_FAULTS = (OSError, ValueError, http.client.HTTPException)


def post_once(
    to: str, url: SecretStr, body: bytes, headers: Mapping[str, str], seconds: float
) -> bytes:
    """Post a body of JSON, and give what a receiver says that has taken it.

    Args:
        to: how a sentence names the receiver.
        url: its address; plain http is for this machine only.
        body: what is posted.
        headers: what stands beside the type and length of the body.
        seconds: how long each step may take.

    Raises:
        DeliveryError: it was not posted, or not taken.
        AmbiguousDeliveryError: it was posted, and no clear answer came.
    """
    place = _place(to, url)
    line = _line(place, seconds)
    try:
        line.connect()
        line.putrequest("POST", f"{place.path or '/'}?{place.query}".removesuffix("?"))
        marks = {"Content-Type": "application/json; charset=utf-8", "Content-Length": len(body)}
        for name, value in {**marks, **headers}.items():
            line.putheader(name, str(value))
    except _FAULTS as error:
        line.close()
        raise DeliveryError(f"{to}: there is no safe connection to it, {_why(error)}.") from None
    try:
        line.endheaders(body)
        answer = line.getresponse()
        told = answer.read(_MOST_BYTES)
    except _FAULTS as error:
        raise AmbiguousDeliveryError(
            f"{to}: the message was posted and not answered ({type(error).__name__}); nobody knows "
            "whether it arrived, and it is not posted again: look there."
        ) from None
    finally:
        line.close()
    _refuse_unless_taken(to, answer.status, answer.getheader("Retry-After") or "")
    return told


def _refuse_unless_taken(to: str, status: int, retry_after: str) -> None:
    if status in _SEE_ELSEWHERE:
        raise AmbiguousDeliveryError(
            f"{to}: it answered HTTP {status}, which leads elsewhere and is not followed, and may "
            "have the message; look there, it is not posted again."
        )
    if status >= 500:
        # A proxy says so, too, when the receiver behind it was slow.
        raise AmbiguousDeliveryError(
            f"{to}: it answered HTTP {status} and may have the message; look there, it is not "
            "posted again."
        )
    if status == 429:
        wait = f"in {retry_after} seconds" if retry_after.isdecimal() else "later"
        raise DeliveryError(f"{to}: it has had too many messages; send again {wait}.")
    if not 200 <= status < 300:
        raise DeliveryError(
            f"{to}: it answered HTTP {status} and has not taken it; mend its address."
        )


def _place(to: str, url: SecretStr) -> SplitResult:
    try:
        place = urlsplit(url.get_secret_value().strip())
        is_safe = place.scheme == "https"
        is_here = place.scheme == "http" and place.hostname in _THIS_MACHINE
        # Reading a port that is none raises.
        if (is_safe or is_here) and place.hostname and place.port != 0:
            return place
    except ValueError:
        pass
    raise DeliveryError(f"{to}: its address must begin with https:// and name a server; mend it.")


def _line(place: SplitResult, seconds: float) -> http.client.HTTPConnection:
    host, port = place.hostname or "", place.port
    if place.scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=seconds)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, port, timeout=seconds, context=context)


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}; check its address and the network"
    return f"{type(error).__name__}; check its address and the network"
