"""BER-TLV data objects (ISO/IEC 7816-4, 5.2.2; ISO/IEC 8825-1), and the card's record TLV.

A record of the social security card is simpler than BER: one tag byte, whatever its low
bits, and one length byte (LD/T 32.3; reads seen: '0304 332E3030').
"""

MAX_LENGTH_OCTETS = 4  # ISO/IEC 7816-4, 5.2.2.2: '81' to '84'


class TlvError(ValueError):
    """The bytes are not well-formed TLV; *offset* says where reading stopped."""

    def __init__(self, reason: str, offset: int) -> None:
        self.offset = offset
        super().__init__(f"{reason} (offset {offset})")


def encode(tag: int, value: bytes) -> bytes:
    """One data object: tag, length in its shortest form, value."""
    return _minimal_bytes(tag) + encode_length(len(value)) + value


def encode_length(length: int) -> bytes:
    """A length field in its shortest form."""
    if length < 0x80:
        return bytes((length,))
    octets = _minimal_bytes(length)
    return bytes((0x80 | len(octets),)) + octets


def parse(data: bytes) -> list[tuple[int, bytes]]:
    """(tag, value) of each data object until the end of *data*; TlvError if malformed."""
    found = []
    offset = 0
    while offset < len(data):
        tag, offset = _read_tag(data, offset)
        length, offset = _read_length(data, offset, tag)
        if offset + length > len(data):
            raise TlvError(
                f"tag {tag:X}: {length} bytes announced, {len(data) - offset} left", offset
            )
        found.append((tag, data[offset : offset + length]))
        offset += length
    return found


def find(data: bytes, *path: int) -> bytes | None:
    """The value behind a path of tags, the first match at each level; None if absent."""
    for tag in path:
        for found, value in parse(data):
            if found == tag:
                data = value
                break
        else:
            return None
    return data


def size_of_first(data: bytes) -> int:
    """Bytes of the first data object, header included, even where *data* holds less of it."""
    if not data:
        raise TlvError("nothing there", 0)
    tag, offset = _read_tag(data, 0)
    length, offset = _read_length(data, offset, tag)
    return offset + length


def is_constructed(tag: int) -> bool:
    """Whether the value consists of data objects (bit 6 of the leading tag byte)."""
    return bool(_minimal_bytes(tag)[0] & 0x20)


def encode_record(tag: int, value: bytes) -> bytes:
    """A record of the card: one tag byte, one length byte, value of at most 255 bytes."""
    if len(value) > 0xFF:
        raise TlvError(f"record {tag:02X}: {len(value)} bytes do not fit one length byte", 1)
    return bytes((tag, len(value))) + value


def parse_record(data: bytes) -> tuple[int, bytes]:
    """Tag and value of one record, which must fill *data* exactly."""
    if len(data) < 2 or len(data) != 2 + data[1]:
        raise TlvError("a record is a tag byte, a length byte and that many bytes", 0)
    return data[0], data[2:]


def parse_records(data: bytes) -> list[tuple[int, bytes]]:
    """Records read at once, one behind the other."""
    found = []
    offset = 0
    while offset < len(data):
        if offset + 1 >= len(data) or offset + 2 + data[offset + 1] > len(data):
            raise TlvError("record cut short", offset)
        end = offset + 2 + data[offset + 1]
        found.append((data[offset], data[offset + 2 : end]))
        offset = end
    return found


def _minimal_bytes(number: int) -> bytes:
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def _read_tag(data: bytes, offset: int) -> tuple[int, int]:
    end = offset + 1
    if data[offset] & 0x1F == 0x1F:
        while end < len(data) and data[end] & 0x80:
            end += 1
        end += 1
    if end > len(data):
        raise TlvError("tag cut short", offset)
    return int.from_bytes(data[offset:end], "big"), end


def _read_length(data: bytes, offset: int, tag: int) -> tuple[int, int]:
    if offset >= len(data):
        raise TlvError(f"tag {tag:X}: length missing", offset)
    first = data[offset]
    if first < 0x80:
        return first, offset + 1
    count = first & 0x7F
    if count == 0:
        raise TlvError(f"tag {tag:X}: indefinite length is not used on cards", offset)
    end = offset + 1 + count
    if count > MAX_LENGTH_OCTETS or end > len(data):
        raise TlvError(f"tag {tag:X}: length cut short or too long", offset)
    return int.from_bytes(data[offset + 1 : end], "big"), end
