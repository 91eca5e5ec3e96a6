"""ZIPs made byte by byte, as no packer would make them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

STORED, DEFLATED = 0, 8
UTF8, ENCRYPTED = 0x800, 0x1


@dataclass(frozen=True)
class Part:
    """One member. What is None is as it must be; everything else is written as it stands."""

    name: bytes
    content: bytes = b"content"
    flags: int = 0
    method: int = STORED
    mode: int = 0
    dos_attributes: int = 0
    dos_date: int = 0x592B  # 11 September 2024
    dos_time: int = 0x4B3F  # 09:25:62, which no clock shows; see `at`
    extra: bytes = b""
    crc: int | None = None
    size: int | None = None
    packed: bytes | None = None
    offset: int | None = None


def at(hour: int, minute: int, second: int) -> int:
    """A DOS time; it counts every other second."""
    return hour << 11 | minute << 5 | second // 2


def on(year: int, month: int, day: int) -> int:
    """A DOS date."""
    return (year - 1980) << 9 | month << 5 | day


def deflated(content: bytes) -> bytes:
    """Packed as ZIPs are: without zlib's own head and checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def zip_of(*parts: Part) -> bytes:
    """A ZIP of these members; its end counts no further than two bytes can."""
    body, listing = bytearray(), bytearray()
    for part in parts:
        packed = part.packed
        if packed is None:
            packed = deflated(part.content) if part.method == DEFLATED else part.content
        crc = zlib.crc32(part.content) if part.crc is None else part.crc
        size = len(part.content) if part.size is None else part.size
        offset = len(body) if part.offset is None else part.offset
        shared = struct.pack(
            "<HHHHHIIIHH",
            20,
            part.flags,
            part.method,
            part.dos_time,
            part.dos_date,
            crc,
            len(packed),
            size,
            len(part.name),
            len(part.extra),
        )
        if part.offset is None:
            body += b"PK\x03\x04" + shared + part.name + part.extra + packed
        listing += b"PK\x01\x02" + struct.pack("<H", 3 << 8 | 20) + shared
        listing += struct.pack("<HHHII", 0, 0, 0, part.mode << 16 | part.dos_attributes, offset)
        listing += part.name + part.extra
    told = len(parts) & 0xFFFF
    end = struct.pack("<HHHHIIH", 0, 0, told, told, len(listing), len(body), 0)
    return bytes(body + listing + b"PK\x05\x06" + end)
