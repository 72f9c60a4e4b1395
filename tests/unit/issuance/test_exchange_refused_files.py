"""What is no return file of the bureau is refused, whatever it holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.exchange.errors import (
    ExchangeFileError,
    SealedFileError,
)
from tests.certificates import house
from tests.exchange import Exchange, exchange, good


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Exchange]:
    with exchange(tmp_path) as opened:
        yield opened


def test_a_stranger_s_signature_is_refused_with_the_name_of_the_file(post: Exchange) -> None:
    [volume] = post.sent(1)
    header, (card,) = post.answer_of(volume.name)
    data = post.sealed(header, [good(1, card)], by=house("Stranger"))
    with pytest.raises(SealedFileError, match=r"^back\.p7m: signed with the certificate of CN=St"):
        post.receive(data)


def test_a_file_of_our_own_is_no_return_file(post: Exchange) -> None:
    [volume] = post.sent(1)
    with pytest.raises(SealedFileError, match="not encrypted to the certificate of CN=Issuer"):
        post.receive(post.post[volume.name])


def test_any_content_below_the_envelope_is_refused_in_our_words(post: Exchange) -> None:
    post.sent(1)
    for content in (b"", b"\xa0", b"\xff\xfe\x00", b"a,b\r\n1,2\r\n", b"\xa1\x01\x02"):
        with pytest.raises(Exception) as refused:  # noqa: PT011
            post.receive(post.seal(content))
        assert type(refused.value).__module__ in {"issuance.errors", "issuance.exchange.errors"}


def test_a_file_that_nobody_signed_is_refused(post: Exchange) -> None:
    with pytest.raises(ExchangeFileError, match="nobody signed it"):
        post.receive(b"\xa1\x01\x02")


def test_a_mail_is_told_from_a_file_that_nobody_signed(post: Exchange) -> None:
    with pytest.raises(ExchangeFileError, match="it is a mail"):
        post.receive(b"MIME-Version: 1.0\nContent-Disposition: attachment\n", unsigned=True)
