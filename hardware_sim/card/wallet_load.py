"""A credit to the medical account: INITIALIZE FOR LOAD, CREDIT FOR LOAD (LB002, 帐户划入)."""

from hardware_sim.card.state import Chip
from hardware_sim.card.wallet_keys import (
    MAC_SIZE,
    TransactionKey,
    certificate,
    commit,
    expect,
    find,
    packed_time,
)
from hardware_sim.card.wallet_state import PendingLoad, Proof, WalletStep
from reader.card_profile.medical_account import (
    AMOUNT_SIZE,
    MAX_AMOUNT,
    MAX_COUNT,
    RANDOM_SIZE,
    TERMINAL_SIZE,
    TIME_SIZE,
    Opening,
    Settlement,
    TransactionType,
    load_mac1_data,
    load_mac2_data,
    load_session,
    load_tac_data,
    log_record,
)
from reader.iso7816.apdu import CommandApdu
from reader.iso7816.status import SW, StatusError


def initialize(chip: Chip, command: CommandApdu) -> bytes:
    """Key index (1), amount (4), terminal (6); answered with the opening and MAC1."""
    expect(command, 1 + AMOUNT_SIZE + TERMINAL_SIZE)
    wallet = chip.persistent.wallet
    key = find(chip, "DLK", command.data[0])
    loaded = int.from_bytes(command.data[1 : 1 + AMOUNT_SIZE], "big")
    terminal = command.data[1 + AMOUNT_SIZE :]
    if wallet.balance + loaded > MAX_AMOUNT:
        raise StatusError(SW.CONDITIONS_OF_USE_NOT_SATISFIED)
    if wallet.loads >= MAX_COUNT:
        raise StatusError(SW.TRANSACTION_NUMBERS_EXHAUSTED)
    step = PendingLoad(
        amount=loaded,
        terminal=terminal,
        random=chip.random(RANDOM_SIZE),
        key_version=key.cell.version,
    )
    chip.volatile.wallet_step = step
    opening = Opening(
        wallet.balance, wallet.loads, key.cell.version, chip.profile.algorithm_mark, step.random
    )
    mac1 = _session(chip, step).mac(load_mac1_data(wallet.balance, loaded, terminal))
    return opening.encode() + mac1


def credit(chip: Chip, command: CommandApdu, step: WalletStep | None) -> bytes:
    """Time (7), the host's MAC2 (4); answered with the TAC."""
    if not isinstance(step, PendingLoad):
        raise StatusError(SW.COMMAND_NOT_ACCEPTED)
    expect(command, TIME_SIZE + MAC_SIZE)
    time, mac2 = packed_time(command.data[:TIME_SIZE]), command.data[TIME_SIZE:]
    _session(chip, step).check(load_mac2_data(step.amount, step.terminal, time), mac2)
    wallet = chip.persistent.wallet
    balance, count = wallet.balance + step.amount, wallet.loads
    tac = certificate(chip, load_tac_data(balance, count, step.amount, step.terminal, time))
    paid = Settlement(step.amount, 0, 0)
    commit(
        chip,
        log_record(count, TransactionType.CREDIT, step.terminal, time, paid),
        balance=balance,
        loads=count + 1,
        credited=Proof(count=count, codes=tac),
    )
    return tac


def _session(chip: Chip, step: PendingLoad) -> TransactionKey:
    session = load_session(step.random, chip.persistent.wallet.loads)
    return TransactionKey.of(chip, find(chip, "DLK", step.key_version), session)
