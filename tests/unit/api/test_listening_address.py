"""HOST:PORT as people write it, and whether anybody can listen there."""

import socket

import pytest

from api.address import Address
from api.errors import AddressError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8610", ("127.0.0.1", 8610)),
        ("[::1]:80", ("::1", 80)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_an_address(text: str, address: tuple[str, int]) -> None:
    assert Address.parse(text) == address
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize("text", ["", "8610", ":8610", "host:", "host:x", "host:65536", "h:-1"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(AddressError):
        Address.parse(text)


def test_port_0_finds_a_free_one() -> None:
    found = Address("localhost", 0).resolved()
    assert found.port > 0
    assert found.host in {"127.0.0.1", "::1"}


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address("127.0.0.1", taken.getsockname()[1])
        with pytest.raises(AddressError, match=f"Cannot listen at {address}"):
            address.resolved()


@pytest.mark.parametrize("host", ["192.0.2.1", "x" * 300])
def test_a_foreign_address_is_told(host: str) -> None:
    with pytest.raises(AddressError):
        Address(host, 0).resolved()
