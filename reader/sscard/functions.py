"""The functions of the field's driver by name, with the names of their arguments.

Prototypes as in SSCardDriver.h; every function also has pOutInfo, which is the answer here.
"""

from collections.abc import Mapping
from types import MappingProxyType

from reader.sscard.errors import ArgumentsError, CardTypeError

NUMBERS = frozenset({"iType", "iAuthType"})

FUNCTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "iReadCardBas": ("iType",),
        "iReadCardBas_HSM_Step1": ("iType",),
        "iReadCardBas_HSM_Step2": ("pKey",),
        "iReadCard": ("iType", "iAuthType", "pCardInfo", "pFileAddr"),
        "iReadCard_HSM_Step1": ("iType", "pCardInfo", "pFileAddr"),
        "iReadCard_HSM_Step2": ("pKey",),
        "iWriteCard": ("iType", "pCardInfo", "pFileAddr", "pWriteData"),
        "iWriteCard_HSM_Step1": ("iType", "pCardInfo", "pFileAddr"),
        "iWriteCard_HSM_Step2": ("pKey", "pWriteData"),
        "iVerifyPIN": ("iType",),
        "iChangePIN": ("iType",),
        "iReloadPIN": ("iType", "pCardInfo"),
        "iReloadPIN_HSM_Step1": ("iType", "pCardInfo"),
        "iReloadPIN_HSM_Step2": ("pKey",),
        "iReloadPIN_HSM_Step3": ("pKey",),
        "iUnblockPIN": ("iType", "pCardInfo"),
        "iUnblockPIN_HSM_Step1": ("iType", "pCardInfo"),
        "iUnblockPIN_HSM_Step2": ("pKey",),
        "iUnblockPIN_HSM_Step3": ("pKey",),
        "iDoDebit": ("iType", "pCardInfo", "pPayInfo"),
        "iDoDebit_HSM_Step1": ("iType", "pCardInfo", "pPayInfo"),
        "iDoDebit_HSM_Step2": ("pKey",),
        "iReadDebitRecord": ("iType",),
    }
)


def argument(name: str, value: object) -> int | str:
    """The argument *name* as the functions take it; a number may come as one or as text.

    CardTypeError or ArgumentsError for anything else.
    """
    if name not in NUMBERS:
        if isinstance(value, str):
            return value
        raise ArgumentsError(f"{name}: text expected")
    if type(value) is int:
        return value
    if isinstance(value, str) and len(value) <= 2 and value.isascii() and value.isdecimal():
        return int(value)
    raise CardTypeError if name == "iType" else ArgumentsError(f"{name}: a number expected")
