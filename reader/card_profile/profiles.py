"""Card profiles: what distinguishes the generations of cards, as data.

The applications are the same on all; a profile names the algorithms, and what it guards otherwise
is a list of overrides. Nothing in this system asks for a version: it asks the profile.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, unique
from types import MappingProxyType
from typing import Any, TypeVar

from crypto.diversification import LADDER_3DES, LADDER_SM4, SP800_108, Diversification
from crypto.pboc import PBOC_3DES, PBOC_AES, PBOC_SM4, Authentication
from crypto.suites import GM, NIST, Suite
from reader.card_profile.access import Access
from reader.card_profile.atr import atr_t0, atr_t0_fast, atr_t1, historical_bytes
from reader.card_profile.df0a import CHIP_KEY_REFERENCE, DF0A
from reader.card_profile.df01 import DF01
from reader.card_profile.df02 import DF02
from reader.card_profile.df03 import DF03
from reader.card_profile.df04 import DF04
from reader.card_profile.df07 import DF07
from reader.card_profile.files import Application, RecordFile, TransparentFile
from reader.card_profile.first_version import first_version
from reader.card_profile.key_applications import PIV, PKI_ADF, PKI_ENVIRONMENT, KeyApplication
from reader.card_profile.keys import CardKey, KeyRole
from reader.card_profile.medical_account import MedicalAccount
from reader.card_profile.ssse import SSSE
from reader.data_items import keeping
from reader.item import ItemError

G = TypeVar("G")
Place = tuple[Application, RecordFile | TransparentFile]

# As the notice lays them out, and our own.
APPLICATIONS = (SSSE, DF01, DF02, DF03, DF04, DF07, DF0A)


@unique
class ChipProof(Enum):
    """How a chip shows that it is the one its record names."""

    SYMMETRIC = "cryptogram with IRK, which the issuer holds too"
    ASYMMETRIC = "signature with a key pair that only the chip holds"


@dataclass(frozen=True, slots=True)
class Override:
    """One file that a profile declares otherwise than `APPLICATIONS` does."""

    application: str
    fid: int
    changes: Mapping[str, Any] = field(hash=False)


def holder_data_read_by(access: Access) -> tuple[Override, ...]:
    """Overrides that open what tells who the holder is only as *access* says."""
    card_number = 7  # record of EF05
    return (
        Override("SSSE", 0xEF05, {"restricted": MappingProxyType({card_number: access})}),
        Override("SSSE", 0xEF06, {"read": access}),
        Override("SSSE", 0xEF0D, {"read": access}),
        Override("DF0A", 0xEF0C, {"read": access}),
    )


def first_of_cryptogram(profile: "CardProfile", irk: bytes, first12: bytes) -> bytes:
    """The authentication code of an identification code: 4 bytes (assumed, see `assumptions`).

    The first half of the cryptogram that INTERNAL AUTHENTICATE would give with this card's IRK
    (16 bytes), bytes 1 to 8 of the code as random number and bytes 5 to 12 as factor.
    """
    return profile.authentication.cryptogram(irk, first12[:8], first12[4:12])[:4]


def first_of_mac(profile: "CardProfile", irk: bytes, first12: bytes) -> bytes:
    """The authentication code in our own profile: the first 4 bytes of the CMAC under this card's
    IRK over the other 12 (NIST SP 800-38B)."""
    return profile.authentication.cipher.cmac(irk, first12)[:4]


def current_or_named(named: int, version: int, index: int) -> bool:
    """Whether a command that names *named* means the key version at *index*: 0 is the current."""
    return index == 0 if named == 0 else named == version


def own_or_card_lock_key(application: Application) -> str:
    """The key that allows blocking *application*: its own lock key, else the card's (assumed)."""
    own = (key.name for key in application.keys if key.role is KeyRole.BLOCK)
    return next(own, "BK")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardProfile:
    """One kind of card, whole."""

    name: str
    version: str  # record 3 of EF05
    also_versions: tuple[str, ...] = ()  # amendments that need no profile of their own
    suite: Suite  # of signatures, the card's own and the issuer's
    authentication: Authentication
    diversification: Diversification
    algorithm_mark: int  # 01 3DES, 02 SSF33, 03 SM4 in the field
    chip_proof: ChipProof
    chip_key_reference: int = CHIP_KEY_REFERENCE
    protocol: int = 0  # T=0 or T=1
    atr: Callable[[bytes], bytes] = atr_t0  # from the 13 historical bytes
    contactless: bool = False  # dual interface: the same chip answers in a field too
    pin_reference: int = 0x00  # at the SSSE, for all applications
    pin_tries: int = 6
    pin_unblock_limit: int = 10  # then the PIN stays blocked: the rule of one region
    reload_pin_instructions: frozenset[int] = frozenset({0x24})
    medical_account: MedicalAccount | None = MedicalAccount()  # noqa: RUF009  # a frozen value
    names_key_version: Callable[[int, int, int], bool] = current_or_named
    lock_key: Callable[[Application], str] = own_or_card_lock_key
    # What a card leaves the bureau with when the issuer sets nothing else; its holder changes it.
    transport_pin: str = "123456"
    identification_code_authentication: Callable[["CardProfile", bytes, bytes], bytes] = (
        first_of_cryptogram
    )
    overrides: tuple[Override, ...] = ()
    # What this kind of card makes of the applications that the notice lays out.
    layout: Callable[[Iterable[Application]], tuple[Application, ...]] = tuple
    key_applications: tuple[KeyApplication, ...] = ()
    applications: tuple[Application, ...] = field(init=False)
    # Looked up with every card: where a data group is kept, and the keys by name.
    _places: Mapping[type[Any], list[Place]] = field(init=False, repr=False, compare=False)
    _keys: Mapping[str, CardKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        resolved = {application.name: application for application in self.layout(APPLICATIONS)}
        for change in self.overrides:
            application = resolved[change.application]
            resolved[change.application] = application.changing(change.fid, **change.changes)
        object.__setattr__(self, "applications", tuple(resolved.values()))
        places: dict[type[Any], list[Place]] = {}
        for place in self.files():
            places.setdefault(place[1].holds, []).append(place)
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_keys", {key.name: key for key in reversed(self.keys())})

    @property
    def on_chip(self) -> tuple[Application | KeyApplication, ...]:
        """Everything that can be selected by its AID."""
        return (*self.applications, *self.key_applications)

    @property
    def chip_has_key_pair(self) -> bool:
        """Whether the chip proves itself by a signature."""
        return self.chip_proof is ChipProof.ASYMMETRIC

    @property
    def fci_issuer_data(self) -> bytes:
        """Value of tag 9F0C in the answer to SELECT, where drivers look for the algorithm."""
        return bytes((0x86, self.algorithm_mark))

    def historical_bytes(
        self, chip_supplier: bytes, cos: bytes, maker: bytes, serial: bytes
    ) -> bytes:
        """The 13 historical bytes of a card of this profile, from 2, 3, 2 and 6 bytes."""
        return historical_bytes(chip_supplier, cos, maker, serial)

    def authentication_code(self, irk: bytes, first12: bytes) -> bytes:
        """The last 4 bytes of an identification code, from this card's IRK and its first 12."""
        return self.identification_code_authentication(self, irk, first12)

    def application(self, which: str | bytes | int) -> Application:
        """The application with this name, AID or FID; LookupError if there is none."""
        for application in self.applications:
            if which in (application.name, application.aid, application.fid):
                return application
        raise LookupError(f"profile {self.name} has no application {which!r}")

    def files(self) -> Iterator[tuple[Application, RecordFile | TransparentFile]]:
        """Every file with its application, in order."""
        for application in self.applications:
            for file in application.files:
                yield application, file

    def file_of(self, group: type[Any]) -> tuple[Application, RecordFile | TransparentFile]:
        """Where a data group is kept; LookupError if nowhere or in several files."""
        found = self._places.get(group, [])
        if len(found) != 1:
            raise LookupError(f"{group.__name__} is in {len(found)} files of profile {self.name}")
        return found[0]

    def as_kept(self, group: G) -> G | None:
        """The data group with what a card of this profile has room for; None if it has no file.

        Items without a place are left out: for data that the book keeps and the card only repeats.
        """
        try:
            _, file = self.file_of(type(group))
        except LookupError:
            return None
        return keeping(group, file.slots) if isinstance(file, RecordFile) else group

    def record_file(self, declared: RecordFile) -> RecordFile:
        """A declared record file as this profile guards it."""
        _, file = self.file_of(declared.holds)
        if not isinstance(file, RecordFile):
            raise LookupError(f"{file.name} has no records in profile {self.name}")
        return file

    def key(self, name: str) -> CardKey:
        """The key with this name, which says its application; LookupError if there is none."""
        try:
            return self._keys[name]
        except KeyError:
            raise LookupError(f"profile {self.name} has no key {name}") from None

    def keys(self) -> tuple[CardKey, ...]:
        """Every key of the card."""
        return tuple(key for application in self.applications for key in application.keys)


V1 = CardProfile(
    name="v1.00",
    version="1.00",
    suite=GM,
    authentication=PBOC_3DES,
    diversification=LADDER_3DES,
    algorithm_mark=0x01,
    chip_proof=ChipProof.SYMMETRIC,
    layout=first_version,
)

V2 = CardProfile(
    name="v2.00",
    version="2.00",
    also_versions=("2.01",),
    suite=GM,
    authentication=PBOC_3DES,
    diversification=LADDER_3DES,
    algorithm_mark=0x01,
    chip_proof=ChipProof.SYMMETRIC,
)

V3 = CardProfile(
    name="v3.00",
    version="3.00",
    suite=GM,
    authentication=PBOC_SM4,
    diversification=LADDER_SM4,
    algorithm_mark=0x03,
    chip_proof=ChipProof.ASYMMETRIC,
    atr=atr_t0_fast,
    overrides=holder_data_read_by(Access.pin_or_key("RKSSSE")),
    reload_pin_instructions=frozenset({0x24, 0xD4}),
    contactless=True,
    key_applications=(PKI_ENVIRONMENT, PKI_ADF, PIV),
)

INTERNATIONAL = CardProfile(
    name="international",
    version="I1.0",
    suite=NIST,
    authentication=PBOC_AES,
    diversification=SP800_108,
    identification_code_authentication=first_of_mac,
    algorithm_mark=0x04,
    chip_proof=ChipProof.ASYMMETRIC,
    protocol=1,
    atr=atr_t1,
    key_applications=(PKI_ENVIRONMENT, PKI_ADF, PIV),
)

PROFILES: Mapping[str, CardProfile] = MappingProxyType(
    {profile.name: profile for profile in (V3, V2, V1, INTERNATIONAL)}
)


def profile_of(version: str) -> CardProfile:
    """The profile of a card that names this version in EF05; ItemError if it is not known."""
    for profile in PROFILES.values():
        if version in (profile.version, *profile.also_versions):
            return profile
    raise ItemError("specification_version", f"{version!r} is no version known here")
