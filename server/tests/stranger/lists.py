"""The lists that table changes are made of, in each of their forms (docs/protocol.md, section 4.1)."""

from __future__ import annotations

from itertools import accumulate

from wire import I32_MIN, ONE_QUANTUM, U32_MAX, Reader, require

WIDTH_MAX = 32
OUTLIERS, STRIDE = 64, 128
PACKED_IDS_MAX = 65_536


class Packed:
    """Takes the parts of a `bin` off its front."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def take(self, length: int) -> bytes:
        require(len(self.rest) >= length, "a packed list ends early")
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def varint(self) -> int:
        number = 0
        for place in range(5):
            byte = self.take(1)[0]
            number |= (byte & 127) << 7 * place
            if byte < 128:
                require(number <= U32_MAX and (byte > 0 or place == 0), f"the varint {number} is not as it should be")
                return number
        require(False, "a varint of more than five bytes")

    def signed(self) -> int:
        z = self.varint()
        return -(z + 1) // 2 if z % 2 else z // 2

    def codes(self, length: int, width: int) -> list[int]:
        number = int.from_bytes(self.take((length * width + 7) // 8), "little")
        require(number >> length * width == 0, "unused bits are not 0")
        return [number >> i * width & (1 << width) - 1 for i in range(length)]

    def integers(self, length: int) -> list[int]:
        """A packed list, to the end of the `bin`: each integer modulo 2^32."""
        first = self.take(1)[0]
        width = first & 63
        require(width <= WIDTH_MAX, f"codes of {width} bits")
        base = self.signed()
        stride = self.varint() if first & STRIDE else 1
        require(stride > 1 or not first & STRIDE, f"a stride of {stride}")
        codes = self.codes(length, width)
        if first & OUTLIERS:
            stand_in = (1 << width) - 1
            require(stand_in in codes, "no code stands for an outlier")
            codes = [self.signed() if code == stand_in else code for code in codes]
        self.end()
        return [(base + stride * code) % 2**32 for code in codes]

    def end(self) -> None:
        require(not self.rest, "bytes follow a packed list")


def read_ints(reader: Reader, count: int) -> list[int]:
    if reader.next_is(Reader.BINARY_FORMATS):
        return [(integer - I32_MIN) % 2**32 + I32_MIN for integer in Packed(reader.binary()).integers(count)]
    reader.array(count)
    return [reader.i32() for _ in range(count)]


def read_fractions(reader: Reader, count: int) -> list[int]:
    fractions = reader.optional(lambda: read_ints(reader, count)) or [0] * count
    require(all(0 <= fraction < ONE_QUANTUM for fraction in fractions), "a fraction is not below 2^24")
    return fractions


def read_ids(reader: Reader) -> list[int]:
    return packed_ids(reader.binary()) if reader.next_is(Reader.BINARY_FORMATS) else ascending(reader.many(reader.u32))


def packed_ids(content: bytes) -> list[int]:
    packed = Packed(content)
    length = packed.varint()
    require(2 <= length <= PACKED_IDS_MAX, f"{length} packed ids")
    return ascending([packed.varint(), *packed.integers(length - 1)])


def ascending(steps: list[int]) -> list[int]:
    """The numbers of which the first is given, and then the differences."""
    require(bool(steps) and all(step > 0 for step in steps[1:]), "ids do not ascend, or are none")
    ids = list(accumulate(steps))
    require(ids[-1] <= U32_MAX, "an id above 32 bits")
    return ids


def read_presence(reader: Reader, rows: int, before: list[int] | None) -> list[int]:
    """The numbers of the rows that have an entry; `before` are those of the column before, if there is one."""
    present = reader.optional(lambda: named_rows(reader, rows, before))
    present = list(range(rows)) if present is None else present
    require(bool(present) and present[-1] < rows, f"presence does not fit {rows} rows")
    return present


def named_rows(reader: Reader, rows: int, before: list[int] | None) -> list[int]:
    if reader.next_is(Reader.BOOLEAN_FORMATS):
        require(reader.boolean() and before is not None, "the rows of no column before")
        return before
    if not reader.next_is(Reader.BINARY_FORMATS):
        return read_ids(reader)
    content = reader.binary()
    return bitmap(content[1:], rows) if content[:1] == b"\0" else packed_ids(content)


def bitmap(content: bytes, rows: int) -> list[int]:
    bits = Packed(content)
    present = [row for row, bit in enumerate(bits.codes(rows, 1)) if bit]
    bits.end()
    return present
