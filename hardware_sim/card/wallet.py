"""The medical account in DF04: balance, settlement, credit (LB002; 人社信息函〔2012〕38号).

A settlement is one write: the balance, the year's totals, the record in EF08, the number and the
proof of it. After a power cut the terminal asks for the proof: it has happened, or it has not.
"""

from dataclasses import replace
from hmac import compare_digest

from hardware_sim.card import access_control
from hardware_sim.card.access_control import PIN, FoundKey
from hardware_sim.card.state import SSSE, Chip
from hardware_sim.card.wallet_state import PendingLoad, PendingSettlement, Wallet, YearTotal
from reader.card_profile.df04 import DF04, EF08
from reader.card_profile.medical_account import (
    AMOUNT_SIZE,
    LOAD_SUFFIX,
    MAX_AMOUNT,
    MAX_TRANSACTION_NUMBER,
    RANDOM_SIZE,
    TERMINAL_SIZE,
    Balance,
    Settlement,
    TransactionType,
    load_mac1_data,
    load_mac2_data,
    load_tac_data,
    settlement_mac1_data,
    settlement_tac_data,
)
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError

TIME_SIZE = 7  # YYYYMMDDhhmmss, packed
TERMINAL_NUMBER_SIZE = 4  # the terminal's own count of transactions
MAC_SIZE = 4
SETTLEMENT_SIZE = 3 * AMOUNT_SIZE


def execute(chip: Chip, command: CommandApdu) -> bytes:
    """One command of class B0; '6D00' for what the profile's account does not have."""
    account = chip.profile.medical_account
    if account is None or chip.application().name != DF04.name:
        raise StatusError(SW.INS_NOT_SUPPORTED)
    step, chip.volatile.wallet_step = chip.volatile.wallet_step, None
    if PIN not in chip.volatile.granted.get(SSSE, set()):
        raise StatusError(SW.SECURITY_STATUS_NOT_SATISFIED)
    if command.ins == account.get_balance:
        return _get_balance(chip, command)
    if command.ins == account.initialize_for_load:
        return _initialize_for_load(chip, command)
    if command.ins == account.initialize_for_purchase:
        return _initialize_for_purchase(chip, command)
    if command.ins == account.get_transaction_prove:
        return _prove(chip, command)
    if command.ins == account.credit_for_load:
        if not isinstance(step, PendingLoad):
            raise StatusError(SW.COMMAND_NOT_ACCEPTED)
        return _credit(chip, command, step)
    if command.ins == account.debit_for_purchase:
        if not isinstance(step, PendingSettlement):
            raise StatusError(SW.COMMAND_NOT_ACCEPTED)
        return _debit(chip, command, step)
    raise StatusError(SW.INS_NOT_SUPPORTED)


def _get_balance(chip: Chip, command: CommandApdu) -> bytes:
    wallet = chip.persistent.wallet
    if command.p1 or command.data:
        raise StatusError(SW.WRONG_P1_P2)
    match command.p2:
        case Balance.ACCOUNT:
            return wallet.balance.to_bytes(AMOUNT_SIZE, "big")
        case Balance.SELF_PAID:
            return _year_total(wallet.self_paid)
        case Balance.POOLED:
            return _year_total(wallet.pooled)
        case _:
            raise StatusError(SW.WRONG_P1_P2)


def _year_total(total: YearTotal) -> bytes:
    return total.amount.to_bytes(AMOUNT_SIZE, "big") + bytes.fromhex(f"{total.year:04d}")


def _initialize_for_purchase(chip: Chip, command: CommandApdu) -> bytes:
    """Key version (1), three amounts (12), terminal (6); answered with what MAC1 needs."""
    _expect(command, 1 + SETTLEMENT_SIZE + TERMINAL_SIZE)
    wallet = chip.persistent.wallet
    key = _key(chip, "DPK", command.data[0])
    paid = Settlement.decode(command.data[1 : 1 + SETTLEMENT_SIZE])
    if paid.account > wallet.balance:
        raise StatusError(SW.INSUFFICIENT_FUNDS)
    if wallet.settlements >= MAX_TRANSACTION_NUMBER:
        raise StatusError(SW.TRANSACTION_NUMBERS_EXHAUSTED)
    random = chip.random(RANDOM_SIZE)
    chip.volatile.wallet_step = PendingSettlement(
        paid=paid,
        terminal=command.data[1 + SETTLEMENT_SIZE :],
        random=random,
        key_version=key.cell.version,
    )
    return _opening(chip, wallet.settlements + 1, key) + random


def _debit(chip: Chip, command: CommandApdu, step: PendingSettlement) -> bytes:
    """Terminal's number (4), time (7), MAC1 (4); answered with TAC and MAC2."""
    _expect(command, TERMINAL_NUMBER_SIZE + TIME_SIZE + MAC_SIZE)
    terminal_number = command.data[:TERMINAL_NUMBER_SIZE]
    time = _time(command.data[TERMINAL_NUMBER_SIZE:-MAC_SIZE])
    rules = chip.profile.authentication
    iv = bytes(rules.cipher.block_size)
    wallet = chip.persistent.wallet
    number = wallet.settlements + 1
    key = _key(chip, "DPK", step.key_version)
    session_key = rules.session_key(
        key.cell.value, step.random + number.to_bytes(2, "big") + terminal_number[-2:]
    )
    expected = rules.mac(session_key, iv, settlement_mac1_data(step.paid, step.terminal, time))
    _check_mac(chip, key, command.data[-MAC_SIZE:], expected)
    mac2 = rules.mac(session_key, iv, step.paid.encode())
    tac = rules.tac(
        _key(chip, "DTK").cell.value,
        settlement_tac_data(step.paid, step.terminal, terminal_number, time),
    )
    proof = tac + mac2
    year = int(time[:2].hex())
    _write(
        chip,
        replace(
            wallet,
            balance=wallet.balance - step.paid.account,
            settlements=number,
            self_paid=_added(wallet.self_paid, step.paid.personal, year),
            pooled=_added(wallet.pooled, step.paid.fund, year),
            proved=number,
            proof=proof,
        ),
        number.to_bytes(2, "big")
        + bytes((TransactionType.SETTLEMENT,))
        + step.terminal
        + time
        + step.paid.encode(),
    )
    return proof


def _prove(chip: Chip, command: CommandApdu) -> bytes:
    """GET TRANSACTION PROVE: MAC2 and TAC of the last settlement, by its number (2)."""
    _expect(command, 2, p2=None)
    wallet = chip.persistent.wallet
    if not wallet.proof or int.from_bytes(command.data, "big") != wallet.proved:
        raise StatusError(SW.PROOF_NOT_AVAILABLE)
    tac, mac2 = wallet.proof[:MAC_SIZE], wallet.proof[MAC_SIZE:]
    return mac2 + tac


def _initialize_for_load(chip: Chip, command: CommandApdu) -> bytes:
    """Key version (1), amount (4), terminal (6); answered with balance … random, MAC1."""
    _expect(command, 1 + AMOUNT_SIZE + TERMINAL_SIZE, p2=0x01)
    wallet = chip.persistent.wallet
    key = _key(chip, "DLK", command.data[0])
    amount = int.from_bytes(command.data[1 : 1 + AMOUNT_SIZE], "big")
    terminal = command.data[1 + AMOUNT_SIZE :]
    if wallet.balance + amount > MAX_AMOUNT:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if wallet.loads >= MAX_TRANSACTION_NUMBER:
        raise StatusError(SW.TRANSACTION_NUMBERS_EXHAUSTED)
    random = chip.random(RANDOM_SIZE)
    step = PendingLoad(
        amount=amount, terminal=terminal, random=random, key_version=key.cell.version
    )
    chip.volatile.wallet_step = step
    rules = chip.profile.authentication
    mac1 = rules.mac(
        _load_session_key(chip, step, key),
        bytes(rules.cipher.block_size),
        load_mac1_data(wallet.balance, amount, terminal),
    )
    return _opening(chip, wallet.loads + 1, key) + random + mac1


def _credit(chip: Chip, command: CommandApdu, step: PendingLoad) -> bytes:
    """Time (7), MAC2 (4); answered with the TAC."""
    _expect(command, TIME_SIZE + MAC_SIZE)
    time = _time(command.data[:TIME_SIZE])
    rules = chip.profile.authentication
    key = _key(chip, "DLK", step.key_version)
    expected = rules.mac(
        _load_session_key(chip, step, key),
        bytes(rules.cipher.block_size),
        load_mac2_data(step.amount, step.terminal, time),
    )
    _check_mac(chip, key, command.data[TIME_SIZE:], expected)
    wallet = chip.persistent.wallet
    balance, number = wallet.balance + step.amount, wallet.loads + 1
    tac = rules.tac(
        _key(chip, "DTK").cell.value,
        load_tac_data(balance, number, step.amount, step.terminal, time),
    )
    _write(
        chip,
        replace(wallet, balance=balance, loads=number),
        number.to_bytes(2, "big")
        + bytes((TransactionType.CREDIT,))
        + step.terminal
        + time
        + Settlement(step.amount, 0, 0).encode(),
    )
    return tac


def _load_session_key(chip: Chip, step: PendingLoad, key: FoundKey) -> bytes:
    number = (chip.persistent.wallet.loads + 1).to_bytes(2, "big")
    return chip.profile.authentication.session_key(
        key.cell.value, step.random + number + LOAD_SUFFIX
    )


def _opening(chip: Chip, number: int, key: FoundKey) -> bytes:
    """Balance (4), transaction number (2), key version (1), algorithm mark (1)."""
    balance = chip.persistent.wallet.balance.to_bytes(AMOUNT_SIZE, "big")
    mark = bytes((key.cell.version, chip.profile.algorithm_mark))
    return balance + number.to_bytes(2, "big") + mark


def _key(chip: Chip, name: str, version: int = access_control.CURRENT_VERSION) -> FoundKey:
    """A key of the account; '9403' if the card has none of this version."""
    try:
        return access_control.find_key(chip, DF04.key(name).kid, version)
    except StatusError:
        raise StatusError(SW.KEY_INDEX_NOT_SUPPORTED) from None


def _check_mac(chip: Chip, key: FoundKey, mac: bytes, expected: bytes) -> None:
    """Count the try, compare, give it back; '9302' for a wrong MAC."""
    access_control.count_key_try(chip, key)
    if not compare_digest(mac, expected):
        raise StatusError(SW.MAC_INVALID)
    access_control.restore_key_tries(chip, key)


def _write(chip: Chip, wallet: Wallet, record: bytes) -> None:
    """Account and log in one write."""
    place = (DF04.name, EF08.fid)
    records = (record, *chip.persistent.records[place])[: EF08.record_count]
    chip.write(wallet=wallet, records={**chip.persistent.records, place: records})


def _time(packed: bytes) -> bytes:
    if not packed.hex().isdecimal():
        raise StatusError(SW.WRONG_DATA)
    return packed


def _added(total: YearTotal, amount: int, year: int) -> YearTotal:
    """The year's total with *amount* more; a new year begins at nothing."""
    before = total.amount if total.year == year else 0
    return YearTotal(amount=min(before + amount, MAX_AMOUNT), year=year)


def _expect(command: CommandApdu, size: int, *, p2: int | None = 0x00) -> None:
    if command.p1 or (p2 is not None and command.p2 != p2):
        raise StatusError(SW.WRONG_P1_P2)
    if len(command.data) != size:
        raise StatusError(SW.WRONG_LENGTH)
