"""The call family that counter software of the field expects: iReadCardBas and what goes with it.

Names, arguments and strings are those of the field's driver (SSCardDriver); each call returns its
number (0: done) and what the field calls pOutInfo: the result, or the reason of a refusal. The
parts are in `reader.sscard`, the strings of the steps in `reader.sscard_steps`, the pages' JSON in
`reader.sscard.old_pages`; docs/sscard-driver.md tells each function with its source.

No PIN comes in an argument and none goes out (`DriverOptions.shows_new_pin` is the one exception);
no call sends a command that its caller made. One driver serves one caller at a time.
"""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from crypto.errors import CryptoError, UnknownKeyError
from reader.errors import ReaderError
from reader.sscard.buffers import argument_text as argument_text
from reader.sscard.buffers import out_bytes as out_bytes
from reader.sscard.counter_keys import CounterKeys as CounterKeys
from reader.sscard.counter_keys import OpenKeys, no_keys
from reader.sscard.counter_keys import psam_keys as psam_keys
from reader.sscard.debit_step_calls import DebitStepCalls
from reader.sscard.direct_calls import DirectCalls
from reader.sscard.errors import ArgumentsError, UnknownFunctionError
from reader.sscard.functions import FUNCTIONS, argument
from reader.sscard.holder_pin import HolderPin as HolderPin
from reader.sscard.holder_pin import PinEntry as PinEntry
from reader.sscard.holder_pin import PinKind as PinKind
from reader.sscard.holder_pin import TypedPin
from reader.sscard.old_pages import answer_old_page as answer_old_page
from reader.sscard.open_card import CardSlot, OpenCard
from reader.sscard.options import DriverOptions as DriverOptions
from reader.sscard.pin_step_calls import PinStepCalls
from reader.sscard.step_calls import StepCalls

logger = logging.getLogger(__name__)

Answer = tuple[int, str]
MAX_ARGUMENT = 65_536  # characters; the parsers have their own, narrower bounds


class SscardDriver:
    """The field's driver. What it needs comes in as arguments, so that anything can stand behind.

    *open_card* gives the card for an iType, *open_keys* the keys at this counter (`psam_keys`; none
    without it), *pin_entry* asks the holder or has the reader's pad ask, *clock* counts seconds and
    never goes back.
    """

    def __init__(
        self,
        open_card: OpenCard,
        *,
        pin_entry: HolderPin | PinEntry,
        clock: Callable[[], float],
        open_keys: OpenKeys = no_keys,
        options: DriverOptions = DriverOptions(),  # noqa: B008  # a frozen value
    ) -> None:
        self.options = options
        self._slot = CardSlot(open_card, clock=clock, seconds=options.step_seconds)
        if not isinstance(pin_entry, HolderPin):
            pin_entry = TypedPin(pin_entry, options.refuses_initial_pin)
        self._direct = DirectCalls(self._slot, pin_entry, open_keys, options)
        self._steps = StepCalls(self._direct)
        self._pin_steps = PinStepCalls(self._direct)
        self._debit_steps = DebitStepCalls(self._direct)

    # --- basics, files ----------------------------------------------------------------------------

    def iReadCardBas(self, iType: int) -> Answer:
        """读基本信息: internal authentication, then eleven fields."""
        return self._answer(self._direct.read_basics, iType)

    def iReadCard(self, iType: int, iAuthType: int, pCardInfo: str, pFileAddr: str) -> Answer:
        """通用读卡: files and items; iAuthType 1 by PIN, 2 by key, where a file takes either."""
        return self._answer(self._direct.read, iType, iAuthType, pCardInfo, pFileAddr)

    def iWriteCard(self, iType: int, pCardInfo: str, pFileAddr: str, pWriteData: str) -> Answer:
        """通用写卡: the first file of pFileAddr."""
        return self._answer(self._direct.write, iType, pCardInfo, pFileAddr, pWriteData)

    def iReadCardBas_HSM_Step1(self, iType: int) -> Answer:
        """读基本信息（步骤一）: what the security module is asked."""
        return self._answer(self._steps.basics_1, iType)

    def iReadCardBas_HSM_Step2(self, pKey: str) -> Answer:
        """读基本信息（步骤二）: the eleven fields."""
        return self._answer(self._steps.basics_2, pKey)

    def iReadCard_HSM_Step1(self, iType: int, pCardInfo: str, pFileAddr: str) -> Answer:
        """通用读卡（步骤一）: the key that opens the files."""
        return self._answer(self._steps.read_1, iType, pCardInfo, pFileAddr)

    def iReadCard_HSM_Step2(self, pKey: str) -> Answer:
        """通用读卡（步骤二）: files and items."""
        return self._answer(self._steps.read_2, pKey)

    def iWriteCard_HSM_Step1(self, iType: int, pCardInfo: str, pFileAddr: str) -> Answer:
        """通用写卡（步骤一）: the key that writes the file."""
        return self._answer(self._steps.write_1, iType, pCardInfo, pFileAddr)

    def iWriteCard_HSM_Step2(self, pKey: str, pWriteData: str) -> Answer:
        """通用写卡（步骤二）."""
        return self._answer(self._steps.write_2, pKey, pWriteData)

    # --- PIN --------------------------------------------------------------------------------------

    def iVerifyPIN(self, iType: int) -> Answer:
        """PIN校验."""
        return self._answer(self._direct.verify_pin, iType)

    def iChangePIN(self, iType: int) -> Answer:
        """PIN修改."""
        return self._answer(self._direct.change_pin, iType)

    def iReloadPIN(self, iType: int, pCardInfo: str) -> Answer:
        """PIN重置: a new PIN for a holder who forgot the old one."""
        return self._answer(self._direct.reload_pin, iType, pCardInfo)

    def iUnblockPIN(self, iType: int, pCardInfo: str) -> Answer:
        """PIN解锁: new tries, the PIN stays."""
        return self._answer(self._direct.unblock_pin, iType, pCardInfo)

    def iReloadPIN_HSM_Step1(self, iType: int, pCardInfo: str) -> Answer:
        """PIN重置（步骤一）."""
        return self._answer(self._pin_steps.reload_1, iType, pCardInfo)

    def iReloadPIN_HSM_Step2(self, pKey: str) -> Answer:
        """PIN重置（步骤二）: the new PIN in the clear."""
        return self._answer(self._pin_steps.reload_2, pKey)

    def iReloadPIN_HSM_Step3(self, pKey: str) -> Answer:
        """PIN重置（步骤三）."""
        return self._answer(self._pin_steps.reload_3, pKey)

    def iUnblockPIN_HSM_Step1(self, iType: int, pCardInfo: str) -> Answer:
        """PIN解锁（步骤一）."""
        return self._answer(self._pin_steps.unblock_1, iType, pCardInfo)

    def iUnblockPIN_HSM_Step2(self, pKey: str) -> Answer:
        """PIN解锁（步骤二）."""
        return self._answer(self._pin_steps.unblock_2, pKey)

    def iUnblockPIN_HSM_Step3(self, pKey: str) -> Answer:
        """PIN解锁（步骤三）."""
        return self._answer(self._pin_steps.unblock_3, pKey)

    # --- medical account --------------------------------------------------------------------------

    def iDoDebit(self, iType: int, pCardInfo: str, pPayInfo: str) -> Answer:
        """消费交易."""
        return self._answer(self._direct.debit, iType, pCardInfo, pPayInfo)

    def iReadDebitRecord(self, iType: int) -> Answer:
        """读消费交易记录: the newest first."""
        return self._answer(self._direct.debit_records, iType)

    def iDoDebit_HSM_Step1(self, iType: int, pCardInfo: str, pPayInfo: str) -> Answer:
        """消费交易（步骤一）."""
        return self._answer(self._debit_steps.debit_1, iType, pCardInfo, pPayInfo)

    def iDoDebit_HSM_Step2(self, pKey: str) -> Answer:
        """消费交易（步骤二）."""
        return self._answer(self._debit_steps.debit_2, pKey)

    # --- any of them ------------------------------------------------------------------------------

    def call(self, func: str, args: Sequence[Any]) -> Answer:
        """The function of this name; numbers may come as text. Never raises."""
        kinds = FUNCTIONS.get(func) if isinstance(func, str) else None
        if kinds is None:
            return self._refused(UnknownFunctionError(str(func)[:40]))
        if not isinstance(args, Sequence) or len(args) != len(kinds):
            return self._refused(ArgumentsError(f"{func}: {len(kinds)} arguments expected"))
        method: Callable[..., Answer] = getattr(self, func)
        try:
            given = [argument(name, value) for name, value in zip(kinds, args, strict=True)]
        except ReaderError as error:
            return self._refused(error)
        return method(*given)

    def forget(self) -> None:
        """The card was taken away, or its caller went: no step waits any more."""
        self._slot.forget()

    def expire(self) -> None:
        """Let go of a card that waited too long; to be called now and then."""
        self._slot.expire()

    def _answer(self, work: Callable[..., str], *args: object) -> Answer:
        try:
            for value in args:
                if isinstance(value, str) and len(value) > MAX_ARGUMENT:
                    raise ArgumentsError(f"longer than {MAX_ARGUMENT} characters")
            return 0, work(*args)
        except ReaderError as error:
            return self._refused(error)
        except UnknownKeyError as error:
            return self.options.errors.numbers["psam-key-missing"], self._words(
                str(error), error.zh
            )
        except CryptoError as error:
            return self.options.errors.other, self._words(str(error), error.zh)
        except Exception as error:
            # Its text may hold what nobody should read: only the kind is told.
            logger.error("the driver failed: %s", type(error).__name__)
            return self.options.errors.other, self._words(*ReaderError.cause)

    def _refused(self, error: ReaderError) -> Answer:
        detail = f" ({error.detail})" if error.detail else ""
        english, chinese = (
            f"{error.cause[n]}{detail}{' ' if n == 0 else ''}{error.remedy[n]}" for n in (0, 1)
        )
        return self.options.errors.number(error), self._words(english, chinese)

    def _words(self, english: str, chinese: str) -> str:
        return chinese if self.options.chinese else english
