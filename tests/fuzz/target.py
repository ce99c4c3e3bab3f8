"""One thing that is fuzzed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True)
class Target:
    """Inputs, and what has to be true of each.

    Attributes:
        check: gives ``READ`` or ``REFUSED``; raises for anything else.
        hopeless: nobody expects that one of many inputs can be read.
    """

    name: str
    inputs: st.SearchStrategy[Any]
    check: Callable[[Any], str]
    hopeless: bool = False


def spoilt(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes that were good before some were cut off, doubled, changed or put in."""

    @st.composite
    def build(draw: st.DrawFn) -> bytes:
        content = bytearray(draw(whole))
        for _ in range(draw(st.integers(1, 4))):
            at = draw(st.integers(0, max(0, len(content) - 1)))
            length = draw(st.integers(1, 40))
            what = draw(st.sampled_from(("cut", "double", "change", "put", "end")))
            if what == "cut":
                del content[at : at + length]
            elif what == "double":
                content[at:at] = content[at : at + length]
            elif what == "change" and content:
                content[at] = draw(st.integers(0, 255))
            elif what == "put":
                content[at:at] = draw(st.binary(max_size=8) | st.sampled_from(_NASTY))
            else:
                del content[at:]
        return bytes(content)

    return build()


_NASTY = (
    *(b"\x00", b"\xff\xfe", b'"', b'""', b"\r", b"\n", b"\xef\xbb\xbf", b"\xe2\x80\xa8"),
    *(b"]]>", b"<!--", b"{", b"1e999"),
)
