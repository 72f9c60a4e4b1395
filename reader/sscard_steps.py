"""The strings between a counter's driver and the issuer's security module, in both directions.

Programs of the field carry them over their own servers as they are: a StepN of the driver gives
one, the next StepN takes what the module made of it. Bytes are hexadecimal, every field ends with
'|'. Which field is which is known from public pages and drivers that build or split them:

* of two random numbers the first makes the session key and is the card's last GET CHALLENGE, the
  second is what is encrypted; the cryptogram comes back with the second behind it;
* the algorithm is the mark of the card (01, 02, 03); one driver writes DES, SSF33 and SM4 instead;
* a key address is the key's place in the module (4 digits) and its number in a PSAM (2).

Pure: a driver formats requests and parses keys, whoever answers for the security module parses
requests (`REQUESTS`) and formats keys. StepStringError for a string that is none of these.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reader.sscard.basics import Basics as Basics
from reader.sscard.basics_steps import BasicsKey as BasicsKey
from reader.sscard.basics_steps import BasicsRequest as BasicsRequest
from reader.sscard.challenges import Challenge as Challenge
from reader.sscard.challenges import Proof as Proof
from reader.sscard.debit_steps import DebitKey as DebitKey
from reader.sscard.debit_steps import DebitRequest as DebitRequest
from reader.sscard.fields import StepStringError as StepStringError
from reader.sscard.key_addresses import address_of as address_of
from reader.sscard.key_addresses import key_at as key_at
from reader.sscard.key_steps import AuthenticationRequest as AuthenticationRequest
from reader.sscard.key_steps import MaintenanceKey as MaintenanceKey
from reader.sscard.key_steps import MaintenanceRequest as MaintenanceRequest

Request = BasicsRequest | AuthenticationRequest | MaintenanceRequest | DebitRequest

# What the security module is asked with the string of each step.
REQUESTS: Mapping[str, Callable[[str], Request]] = MappingProxyType(
    {
        "iReadCardBas_HSM_Step1": BasicsRequest.parse,  # answered by a BasicsKey
        "iReadCard_HSM_Step1": AuthenticationRequest.parse,  # this and the next by a Proof
        "iWriteCard_HSM_Step1": AuthenticationRequest.parse,
        "iReloadPIN_HSM_Step1": AuthenticationRequest.parse,
        "iUnblockPIN_HSM_Step1": AuthenticationRequest.parse,
        "iReloadPIN_HSM_Step2": MaintenanceRequest.parse,  # by a MaintenanceKey
        "iUnblockPIN_HSM_Step2": MaintenanceRequest.parse,
        "iDoDebit_HSM_Step1": DebitRequest.parse,  # by a DebitKey
    }
)
