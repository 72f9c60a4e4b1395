"""A signed record without a signature of its own: its claims, and a receipt (RFC 9942).

    [ << {claim key: value, …} >>,
      18([ << {1: algorithm, 4: kid, 395: 1} >>,
           {396: {-1: [ << [tree size, leaf index, [node, …]] >> ]}},
           nil, r | s ]) ]

The issuer signs the root of a Merkle tree once for some thousand records; each carries the way
from its claims, which are the tree's entry, up to that root. The payload of the COSE_Sign1 is the
root, detached: whoever verifies computes it (RFC 9942, 5.2). As strict as `crypto.envelope`: one
encoding, one proof, nothing unsigned beside it. For the GM suite the tree is hashed with SM3, which
has no registered number: ours is for private use.
"""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, Final

from cbor2 import CBORTag

from crypto import cbor
from crypto.envelope import (
    MAX_SIZE,
    SIGNATURE_SIZE,
    Envelope,
    Signer,
    check_claims,
    check_headers,
    parse,
    to_be_signed,
)
from crypto.errors import EnvelopeError, MerkleError
from crypto.merkle import MAX_PATH, MerkleTree, root_of
from crypto.suites import SUITES, Suite

_COSE_SIGN1: Final = 18  # RFC 9052, table 1
_ALGORITHM, _KID = 1, 4  # RFC 9052, table 3
_STRUCTURE, _PROOFS, _INCLUSION = 395, 396, -1  # RFC 9942, 4 and 5.2
# Verifiable data structures (RFC 9942, 8.2): SHA-256's is registered, SM3's number is private.
_STRUCTURES: Final = {"NIST": 1, "GM": -65_538}
PAIR: Final = 0x82  # the first byte: an array of two


def sign_root(root: bytes, signer: Signer) -> tuple[bytes, bytes]:
    """Protected header and signature of the receipts of a tree with this root."""
    protected = cbor.encode(
        {
            _ALGORITHM: signer.suite.signature.cose_algorithm,
            _KID: signer.kid,
            _STRUCTURE: _STRUCTURES[signer.suite.name],
        }
    )
    return protected, signer.sign(to_be_signed(protected, root))


def records(claims: Sequence[bytes], tree: MerkleTree, signer: Signer) -> list[bytes]:
    """The records of encoded *claims*, the entries of *tree*; its root is signed once.

    Written directly: of two records of a tree only claims, index and path differ.
    """
    protected, signature = sign_root(tree.root, signer)
    # One proof of the receipt, here of no bytes, is all that differs in it.
    receipt = [protected, {_PROOFS: {_INCLUSION: [b""]}}, None, signature]
    encoded = cbor.encode(CBORTag(_COSE_SIGN1, receipt))
    end = encoded[
        -SIGNATURE_SIZE - 3 :
    ]  # null, the detached payload, and the signature with its head
    start = encoded[: -len(end) - 1]
    size, node_head = cbor.encode(tree.size), cbor.bytes_head(len(tree.root))
    head, number = cbor.bytes_head, cbor.number
    paths = [
        cbor.encode([]),
        *(cbor.encode([0] * nodes)[:-nodes] for nodes in range(1, MAX_PATH)),
    ]
    made = []
    for index, (payload, path) in enumerate(zip(claims, tree.paths(), strict=True)):
        proof = b"".join(
            (_THREE, size, number(index), paths[len(path)], node_head, node_head.join(path))
        )
        if not path:
            proof = proof[: -len(node_head)]
        made.append(
            b"".join((_TWO, head(len(payload)), payload, start, head(len(proof)), proof, end))
        )
    return made


_TWO, _THREE = cbor.encode([0, 0])[:1], cbor.encode([0, 0, 0])[:1]


def parse_record(data: bytes) -> Envelope:
    """A signed record in either form; EnvelopeError for any other bytes.

    Of a receipt `signed` is what the issuer signed if these claims were in the tree, so that a
    changed claim, index or node shows as a signature that does not hold.
    """
    if data[:1] != bytes((PAIR,)):
        return parse(data)
    if len(data) > MAX_SIZE:
        raise EnvelopeError(f"a signed record has at most {MAX_SIZE} bytes")
    payload, protected, proof, signature = _parts(cbor.decode(data))
    headers = cbor.decode(protected)
    algorithm, kid = check_headers(headers, also=_STRUCTURE)
    suite = _suite(algorithm, headers[_STRUCTURE])
    claims = cbor.decode(payload)
    check_claims(claims)
    root = _root(payload, cbor.decode(proof), suite)
    signed = to_be_signed(protected, root)
    return Envelope(kid, algorithm, MappingProxyType(claims), bytes(data), signature, signed)


def _parts(pair: object) -> tuple[bytes, bytes, bytes, bytes]:
    """Claims, protected headers, the proof and the signature."""
    match pair:
        case [bytes(claims), CBORTag(tag=tag, value=value)] if tag == _COSE_SIGN1:
            match value:
                case [bytes(protected), {**unprotected}, None, bytes(signature)] if (
                    unprotected.keys() == {_PROOFS} and len(signature) == SIGNATURE_SIZE
                ):
                    match unprotected[_PROOFS]:
                        case {-1: [bytes(proof)], **rest} if not rest:
                            return claims, protected, proof, signature
    raise EnvelopeError("not claims with a receipt as this system signs them")


def _suite(algorithm: int, structure: object) -> Suite:
    for suite in SUITES.values():
        if suite.signature.cose_algorithm == algorithm and structure == _STRUCTURES[suite.name]:
            return suite
    raise EnvelopeError("the receipt's tree and signature are of no suite of this system")


def _root(payload: bytes, proof: Any, suite: Suite) -> bytes:
    match proof:
        case [int(size), int(index), [*path]] if all(
            isinstance(node, bytes) and len(node) == len(suite.digest(b"")) for node in path
        ):
            try:
                return root_of(payload, index=index, size=size, path=path, digest=suite.digest)
            except MerkleError as error:
                raise EnvelopeError(f"the receipt proves nothing: {error}") from error
    raise EnvelopeError("the proof is not tree size, index and path")
