"""A request is whole when its last byte is there, however it is cut, and never waited for beyond the bounds."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whydenied.server.serving.incoming import MAX_HEAD, MAX_KEPT, MAX_READ, Incoming

HEAD = b"POST /diagnose HTTP/1.1\r\nHost: x\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = {
    "no body": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "length": HEAD + b"content-LENGTH:  5 \r\n\r\nab\r\n\r",
    "length of nothing": HEAD + b"Content-Length: 0\r\n\r\n",
    "chunks": CHUNKED + b"5\r\nab\r\n\r\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n",
    "no chunks": CHUNKED + b"0\r\n\r\n",
    "trailers": CHUNKED + b"1\r\na\r\n000\r\nX: y\r\n\r\n",
    "a chunk that looks like the last": CHUNKED + b"7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", WHOLE)
def test_it_is_whole_with_the_last_byte_and_not_before(name: str) -> None:
    """One byte at a time, and all at once."""
    request = WHOLE[name]
    incoming = Incoming()
    told = [incoming.add(request[place : place + 1]) for place in range(len(request))]
    assert told == [False] * (len(request) - 1) + [True]
    assert Incoming().add(request)
    assert incoming.data == request


@given(st.sampled_from(sorted(WHOLE)), st.lists(st.integers(0, 200), max_size=8), st.binary(max_size=20))
def test_how_it_is_cut_does_not_matter(name: str, cuts: list[int], behind: bytes) -> None:
    """Pieces of any size; what comes behind it is kept for the next request."""
    request = WHOLE[name]
    places = sorted({0, len(request), *(cut % len(request) for cut in cuts)})
    pieces = [request[start:end] for start, end in itertools.pairwise(places)]
    incoming = Incoming()
    assert [incoming.add(piece) for piece in pieces[:-1]] == [False] * (len(pieces) - 1)
    assert incoming.add(pieces[-1] + behind)
    assert incoming.data == request + behind


@pytest.mark.parametrize(
    "malformed",
    [
        HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n",
        HEAD + b"Content-Length: x\r\n\r\n",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        HEAD + b"Content-Length: -5\r\n\r\n",
        HEAD + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n",
    ],
)
def test_what_is_malformed_is_not_waited_for(malformed: bytes) -> None:
    """The parser behind refuses it."""
    assert Incoming().add(malformed)


@pytest.mark.parametrize(
    "malformed",
    [
        CHUNKED + b"zz\r\n",
        CHUNKED + b"-1\r\n",
        CHUNKED + b"1\r\na\r\n\r\n",
        CHUNKED + b"5;" + b"x" * 2_000,
        CHUNKED + b"5;" + b"x" * 2_000 + b"\r\n",
        CHUNKED + b"0\r\n" + b"x" * (MAX_HEAD + 1),
    ],
)
def test_chunks_that_are_none_are_not_waited_for(malformed: bytes) -> None:
    """A parser would wait for what they announce."""
    incoming = Incoming()
    assert incoming.add(malformed)
    assert incoming.is_malformed


def test_a_head_has_a_bound() -> None:
    """One byte more than the bound is not waited for."""
    incoming = Incoming()
    assert not incoming.add(b"G" * MAX_HEAD)
    assert incoming.add(b"G")
    assert incoming.head_is_overlong


def test_of_what_is_announced_as_too_much_nothing_is_kept() -> None:
    """It is read to its end, so that the sender hears the answer, and thrown away."""
    incoming = Incoming()
    head = HEAD + b"Content-Length: %d\r\n\r\n" % (2 * MAX_KEPT)
    assert not incoming.add(head)
    for _ in range(9):
        assert not incoming.add(b"x" * (MAX_KEPT // 5))
        assert incoming.data == head
    assert incoming.add(b"x" * (MAX_KEPT // 5))
    assert incoming.is_overlong


def test_more_than_can_be_read_is_not_read() -> None:
    """Whatever is announced."""
    incoming = Incoming()
    incoming.add(HEAD + b"Content-Length: 99999999999\r\n\r\n")
    pieces = 0
    while not incoming.add(b"x" * 1_000_000):
        pieces += 1
    assert pieces <= MAX_READ // 1_000_000
    assert len(incoming.data) < MAX_HEAD
    chunked = Incoming()
    assert not chunked.add(CHUNKED + b"FFFFFFFF\r\n")
    while not chunked.add(b"x" * 1_000_000):
        pass
    assert chunked.is_overlong
    assert len(chunked.data) < MAX_KEPT + 2_000_000


@pytest.mark.parametrize(("header", "waits"), [(b"Expect: 100-continue", True), (b"X-Expect: 100-continue", False)])
def test_who_waits_to_be_asked_is_asked(header: bytes, waits: bool) -> None:
    """A command line that sends much asks first."""
    incoming = Incoming()
    incoming.add(HEAD + header + b"\r\nContent-Length: 5\r\n")
    assert not incoming.waits_to_be_asked
    incoming.add(b"\r\n")
    assert incoming.waits_to_be_asked is waits
