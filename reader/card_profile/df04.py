"""DF04 社会保险信息区2: medical insurance (人社信息函〔2012〕37号)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from reader.card_profile.access import Access
from reader.card_profile.codes_medical import (
    MEDICAL_ASSISTANCE,
    MEDICAL_CARD_USE,
    MEDICAL_INSURED_CATEGORY,
    MEDICAL_SCHEME,
    OFFLINE_PERMITTED,
    OUTPATIENT_POOLING,
    OUTPATIENT_SERIOUS_ILLNESS,
    PRIVILEGED_MEDICAL_SUBSIDY,
    SETTLEMENT_TYPE,
    TRANSACTION_TYPE,
    TREATMENT_ELSEWHERE,
)
from reader.card_profile.files import Application, RecordFile, Structure
from reader.card_profile.keys import MAINTENANCE_KID, CardKey, KeyRole
from reader.card_profile.values import RegionCode
from reader.item import Item
from reader.item_codecs import AN, CN, B

_SCHEME_AND_MARKS = (
    MEDICAL_SCHEME,
    TREATMENT_ELSEWHERE,
    OUTPATIENT_POOLING,
    OUTPATIENT_SERIOUS_ILLNESS,
    MEDICAL_ASSISTANCE,
    PRIVILEGED_MEDICAL_SUBSIDY,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalInsurance:
    """EF05 医疗保险基本信息文件; the first item is a code and five marks written together."""

    scheme_and_marks: Annotated[
        str | None, Item(0x81, "医疗保险险种类型及标识", 8, AN, _SCHEME_AND_MARKS, v1="an70")
    ] = None
    insured_region: Annotated[
        RegionCode | None, Item(0x84, "医疗保险参保地所属行政区划代码", 3, CN, v1="an70")
    ] = None
    health_record_number: Annotated[str | None, Item(0x87, "健康档案编号", 17, AN, v1="an70")] = (
        None
    )
    insured_category: Annotated[
        str | None, Item(0x8C, "医疗保险参保人员类别", 1, CN, (MEDICAL_INSURED_CATEGORY,))
    ] = None
    account_opening_date: Annotated[
        date | None, Item(0x80, "基本医疗保险个人账户建立日期", 4, CN)
    ] = None
    account_number: Annotated[str | None, Item(0x8B, "基本医疗保险个人账号", 29, AN)] = None
    medical_certificate_number: Annotated[str | None, Item(0x8A, "医疗证号", 15, AN)] = None
    institution_1: Annotated[str | None, Item(0x83, "定点医疗机构代码1", 9, AN)] = None
    institution_2: Annotated[str | None, Item(0x86, "定点医疗机构代码2", 9, AN)] = None
    institution_3: Annotated[str | None, Item(0x89, "定点医疗机构代码3", 9, AN)] = None
    work_injury_institution_1: Annotated[str | None, Item(0x7D, "工伤协议医疗机构代码1", 9, AN)] = (
        None
    )
    work_injury_institution_2: Annotated[str | None, Item(0x7E, "工伤协议医疗机构代码2", 9, AN)] = (
        None
    )
    work_injury_institution_3: Annotated[str | None, Item(0x7F, "工伤协议医疗机构代码3", 9, AN)] = (
        None
    )
    maternity_institution_1: Annotated[str | None, Item(0x8D, "生育定点医疗机构代码1", 9, AN)] = (
        None
    )
    maternity_institution_2: Annotated[str | None, Item(0x8E, "生育定点医疗机构代码2", 9, AN)] = (
        None
    )
    card_use: Annotated[str | None, Item(0x8F, "医疗保险用卡方式", 1, AN, (MEDICAL_CARD_USE,))] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineSettlement:
    """EF06 医疗保险临时脱网结算信息文件; the amount in fen."""

    permitted: Annotated[
        str | None, Item(0x90, "准许脱网医保结算标识", 1, AN, (OFFLINE_PERMITTED,), v1="cn4")
    ] = None
    total_amount: Annotated[int | None, Item(0x92, "脱网医保结算累计金额", 4, CN)] = None
    total_count: Annotated[int | None, Item(0x93, "脱网医保结算累计次数", 2, AN, v1="cn4")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicalTransaction:
    """A record of EF08 医疗交易明细文件; amounts in fen."""

    sequence_number: Annotated[int | None, Item(None, "交易序号", 2, B)] = None
    transaction_type: Annotated[str | None, Item(None, "交易类型", 1, AN, (TRANSACTION_TYPE,))] = (
        None
    )
    terminal_number: Annotated[str | None, Item(None, "终端机编号", 6, CN)] = None
    time: Annotated[datetime | None, Item(None, "交易时间", 7, CN)] = None
    account_amount: Annotated[int | None, Item(None, "个人账户交易金额", 4, B)] = None
    personal_amount: Annotated[int | None, Item(None, "个人自付金额", 4, B)] = None
    fund_amount: Annotated[int | None, Item(None, "统筹基金支付金额", 4, B)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialSettlement:
    """A record of EF15 特殊医疗结算记录文件."""

    sequence_number: Annotated[int | None, Item(None, "交易序号", 2, B)] = None
    settlement_type: Annotated[str | None, Item(None, "结算类别", 1, AN, (SETTLEMENT_TYPE,))] = None


EF05 = RecordFile(
    fid=0xEF05,
    name="medical_insurance",
    zh="医疗保险基本信息文件",
    holds=MedicalInsurance,
    read=Access.pin_or_key("RK1DF04"),
    update=Access.key("UK1DF04"),
)
EF06 = RecordFile(
    fid=0xEF06,
    name="offline_settlement",
    zh="医疗保险临时脱网结算信息文件",
    holds=OfflineSettlement,
    read=Access.pin_and_key("RK1DF04"),
    update=Access.key("UK2DF04"),
)
# Written by the card itself when its medical account is debited.
EF08 = RecordFile(
    fid=0xEF08,
    name="medical_transactions",
    zh="医疗交易明细文件",
    holds=MedicalTransaction,
    structure=Structure.CYCLIC,
    cycle=30,
    record_zh="医疗交易明细",
    read=Access.PIN,
    update=Access.NEVER,
)
EF15 = RecordFile(
    fid=0xEF15,
    name="special_settlements",
    zh="特殊医疗结算记录文件",
    holds=SpecialSettlement,
    structure=Structure.CYCLIC,
    cycle=8,
    record_zh="特殊医疗结算记录",
    read=Access.pin_or_key("RK1DF04"),
    update=Access.key("UK2DF04"),
)

KEYS = (
    CardKey("STKDF04", "DF04", KeyRole.MAINTENANCE, MAINTENANCE_KID, 0x48, 0xC4),  # assumed
    CardKey("LKDF04", "DF04", KeyRole.BLOCK, 0x83, 0x48, 0x41),
    CardKey("RK1DF04", "DF04", KeyRole.READ, 0x84, 0x67, 0x2D),
    CardKey("UK1DF04", "DF04", KeyRole.UPDATE, 0x85, 0x48, 0x49),
    CardKey("UK2DF04", "DF04", KeyRole.UPDATE, 0x86, 0x47, 0x2A),
    # The medical account's: kids and PSAM addresses assumed (cities use 87 and 88 for files).
    CardKey("DPK", "DF04", KeyRole.PURCHASE, 0x89, 0x42, 0xC7),
    CardKey("DTK", "DF04", KeyRole.TRANSACTION_CERTIFICATE, 0x8A, 0x42, 0xC8),
    CardKey("DLK", "DF04", KeyRole.LOAD, 0x8B, 0x42, 0xC9),
)

DF04 = Application(
    "DF04",
    fid=0xDF04,
    aid=bytes.fromhex("D1 56 00 00 05 03"),
    zh="社会保险信息区2",
    en="social insurance 2 (medical)",
    files=(EF05, EF06, EF08, EF15),
    keys=KEYS,
)
