"""What one installation of the driver does otherwise than another."""

from dataclasses import dataclass

from reader.sscard.error_table import FIELD, ErrorTable


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverOptions:
    """Where programs of the field differ."""

    device_number: str = ""  # 终端设备号, the eleventh field of iReadCardBas
    # 终端机编号 where no PSAM says it; twelve digits.
    terminal_number: str = "000000000000"
    nine_fields: bool = False  # iReadCardBas without the terminal's two fields
    errors: ErrorTable = FIELD
    chinese: bool = True  # pOutInfo of a refusal
    step_seconds: float = 30  # a card waits so long for the next step
    # iReloadPIN_HSM_Step2 gives the new PIN in the clear: for a program that is no page.
    shows_new_pin: bool = False
    # 初始密码不能交易, 不能改为初始密码: the first PIN is the profile's.
    refuses_initial_pin: bool = True
