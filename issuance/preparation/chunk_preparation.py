"""One chunk of cards, prepared: a computation, without the book.

In come the applications by columns and what the plan gave each card (number, place in a status
list, blank); out come the signed records, and the content for the station.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from crypto.envelope import Signer, sign_encoded
from crypto.keystore import KeyStore
from crypto.merkle import MerkleTree
from crypto.receipt import records
from crypto.suites import Suite
from issuance.instants import last_valid_day, midnight
from issuance.issuer_keys import signing_key_name
from issuance.personalization import KEY_VERSION
from issuance.preparation import content
from issuance.preparation.card_forms import CardForms, Columns, Rows
from issuance.preparation.card_secrets import diversified, identification_codes, prepared_keys
from issuance.preparation.content import SEPARATOR
from issuance.preparation.errors import UnpreparableError
from issuance.states import Signing
from reader.card_profile.profiles import PROFILES
from reader.card_profile.values import RegionCode
from reader.card_record import DIGEST_SIZE, RID
from reader.item import ItemError
from reader.record_form import ClaimsForm

_RID_AT = 3  # in an identification code


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkTask:
    """What is asked for: the applications' *columns* by name, in the order of their cards.

    *rows* are their rows in the bureau's file.
    """

    batch_id: str
    chunk: int
    region: str
    profile: str
    signing: Signing
    issued_on: date
    numbers: Sequence[str]
    places: Sequence[tuple[int, int]]
    blanks: Sequence[bytes] = field(repr=False)
    columns: Rows = field(repr=False)
    rows: Sequence[int] = ()

    @property
    def context(self) -> str:
        """What the chunk's secrets are bound to."""
        return f"{self.region}/{self.batch_id}/{self.chunk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedChunk:
    """What comes of it. *root* is that of the tree over the cards' records or, where the tree is
    signed, over their claims."""

    records: Sequence[bytes]
    root: bytes
    content: bytes = field(repr=False)


def prepare(task: ChunkTask, store: KeyStore, *, random: Callable[[int], bytes]) -> PreparedChunk:
    """Prepare the cards of a chunk.

    Raises UnpreparableError for data that no card can hold, KeyStoreError.
    """
    profile, region = PROFILES[task.profile], RegionCode(task.region)
    keys = diversified(store, profile, region, task.blanks)
    codes = identification_codes(profile, region, task.blanks, keys)
    forms, claims_form = _forms(task.profile, task.region, task.issued_on, _own_pairs(task))
    try:
        columns = forms.columns(task.columns, numbers=task.numbers, codes=codes)
    except ItemError as error:
        row = task.rows[error.place - 1] if error.place and task.rows else None
        raise UnpreparableError(task.batch_id, f"{error.item}: {error.reason}", row) from error
    count = len(task.numbers)
    scalars, points = _key_pairs(profile.suite, count) if _own_pairs(task) else (None, None)
    claims = claims_form.encode(
        numbers=[number.encode() for number in task.numbers],
        social_security_numbers=[text.encode() for text in task.columns["social_security_number"]],
        names=[name.encode() for name in task.columns["name"]],
        sexes=[sex.encode() for sex in task.columns["sex"]],
        chips=[code[:_RID_AT] + code[_RID_AT + len(RID) :] for code in codes],
        digests=_digests(profile.suite, forms, columns, count),
        places=task.places,
        points=points,
    )
    signer = store.signer(signing_key_name(profile))
    made, root = _signed(claims, signer, by_tree=task.signing is not Signing.CARD)
    packed = content.pack(
        applications={name: form.fill(columns, count) for name, form in forms.applications.items()},
        key_names=[key.name for key in prepared_keys(profile)],
        secrets=_secrets(keys, count, scalars),
        printed=_printed(task),
        context=task.context,
        store=store,
        random=random,
    )
    return PreparedChunk(records=made, root=root, content=packed)


def _own_pairs(task: ChunkTask) -> bool:
    """Whether each card's key pair is made here, ahead of its chip."""
    ahead = task.signing in (Signing.CARD, Signing.MERKLE)
    return ahead and PROFILES[task.profile].chip_has_key_pair


@lru_cache(maxsize=64)
def _forms(
    profile_name: str, region: str, issued_on: date, own_pairs: bool
) -> tuple[CardForms, ClaimsForm]:
    profile, expires_on = PROFILES[profile_name], last_valid_day(issued_on)
    key_id = None if own_pairs else bytes((profile.key("IRK").kid, KEY_VERSION))
    return (
        CardForms.of(profile, RegionCode(region), issued_on=issued_on, expires_on=expires_on),
        ClaimsForm(
            profile.suite,
            issued_at=midnight(issued_on),
            expires_at=midnight(expires_on + timedelta(days=1)),
            key_id=key_id,
        ),
    )


def _key_pairs(suite: Suite, count: int) -> tuple[list[bytes], list[bytes]]:
    """Scalars, and points compressed as the claims have them (SEC 1, 2.3.3)."""
    generate = suite.signature.generate_pair
    scalars, points = zip(*(generate() for _ in range(count)), strict=True)
    odd, even = b"\x03", b"\x02"
    return list(scalars), [(odd if point[64] & 1 else even) + point[1:33] for point in points]


def _digests(suite: Suite, forms: CardForms, columns: Columns, count: int) -> list[bytes]:
    digest = suite.digest
    return [digest(held)[:DIGEST_SIZE] for held in forms.digested.fill(columns, count)]


def _signed(claims: list[bytes], signer: Signer, *, by_tree: bool) -> tuple[list[bytes], bytes]:
    if by_tree:
        tree = MerkleTree(claims, signer.suite.digest)
        return records(claims, tree, signer), tree.root
    made = sign_encoded(claims, signer)
    return made, MerkleTree(made, signer.suite.digest).root


def _secrets(keys: bytes, count: int, scalars: list[bytes] | None) -> list[bytes]:
    width = len(keys) // count
    own = [keys[start : start + width] for start in range(0, len(keys), width)]
    return own if scalars is None else [a + b for a, b in zip(own, scalars, strict=True)]


def _printed(task: ChunkTask) -> list[str]:
    """The texts on each card's face; the QR code carries the record."""
    day = task.issued_on.isoformat()
    columns = task.columns
    return [
        SEPARATOR.join(texts)
        for texts in zip(
            columns["name"],
            columns["social_security_number"],
            task.numbers,
            [day] * len(task.numbers),
            strict=True,
        )
    ]
