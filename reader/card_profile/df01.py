"""DF01 公共应用信息区: household, residence, work, education (人社信息函〔2012〕37号)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from reader.card_profile.access import Access
from reader.card_profile.codes_person import (
    EDUCATION_LEVEL,
    EMPLOYMENT_STATE,
    HOUSEHOLD_TYPE,
    MARITAL_STATUS,
    PERSON_CATEGORY,
    POLITICAL_AFFILIATION,
)
from reader.card_profile.files import Application, FileClass, RecordFile, TransparentFile
from reader.card_profile.keys import MAINTENANCE_KID, CardKey, KeyRole
from reader.card_profile.values import RegionCode
from reader.item import Item
from reader.item_codecs import AN, B_TLV, CN, B


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdRegistration:
    """EF05 户籍信息文件."""

    household_type: Annotated[str | None, Item(0x20, "户口类别", 2, AN, (HOUSEHOLD_TYPE,))] = None
    address: Annotated[str | None, Item(0x21, "户口所在地地址", 80, AN)] = None
    region: Annotated[RegionCode | None, Item(0x0E, "户口所在地行政区划代码", 3, CN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Residence:
    """EF06 常住地信息文件."""

    address: Annotated[str | None, Item(0x23, "常住所在地地址", 80, AN)] = None
    region: Annotated[RegionCode | None, Item(0x24, "常住所在地行政区划代码", 3, CN)] = None
    telephone: Annotated[str | None, Item(0x28, "联系电话", 15, AN)] = None
    contact_name: Annotated[str | None, Item(0x2C, "联系人（监护人）姓名", 50, AN)] = None
    contact_telephone: Annotated[str | None, Item(0x2D, "联系人（监护人）电话", 15, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalState:
    """EF07 个人状况信息文件."""

    employment_state: Annotated[
        str | None, Item(0x29, "个人就业或离退休（职）状态", 1, AN, (EMPLOYMENT_STATE,))
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marriage:
    """EF08 婚姻状况信息文件."""

    marital_status: Annotated[str | None, Item(0x2B, "婚姻状况", 1, AN, (MARITAL_STATUS,))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """EF09 人员身份及就业单位信息文件."""

    employer_name: Annotated[str | None, Item(0x2E, "单位名称", 70, AN)] = None
    organisation_code: Annotated[str | None, Item(0x30, "单位组织机构代码", 9, AN)] = None
    person_category: Annotated[
        str | None, Item(0x32, "人员身份类别", 2, AN, (PERSON_CATEGORY,), v1="an3")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nationality:
    """EF0A 国籍及政治面貌信息文件."""

    nationality: Annotated[str | None, Item(0x37, "国籍", 3, AN, v1="cn4")] = None
    political_affiliation: Annotated[
        str | None, Item(0x38, "政治面貌", 2, AN, (POLITICAL_AFFILIATION,), v1="cn4")
    ] = None
    party_admission_date: Annotated[date | None, Item(0x39, "参加党派日期", 4, CN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Degree:
    """A record of tag 40 学位信息."""

    degree: Annotated[str | None, Item(0x57, "学位代码", 3, AN)] = None
    field_of_study: Annotated[str | None, Item(0x58, "所学专业类别", 3, CN)] = None
    school: Annotated[str | None, Item(0x59, "毕业学校名称", 40, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Education:
    """EF15 学历信息文件."""

    education_level: Annotated[str | None, Item(0x2A, "学历", 1, CN, (EDUCATION_LEVEL,))] = None
    degrees: Annotated[tuple[Degree, ...], Item(0x40, "学位信息", 52, B_TLV, count=3)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedData:
    """EF16 to EF1A 预留信息文件: created on every card, not used yet."""

    content: Annotated[bytes | None, Item(None, "预留信息文件", 296, B)] = None


_READ = Access.pin_or_key("RK1DF01")

EF05 = RecordFile(
    fid=0xEF05,
    name="household_registration",
    zh="户籍信息文件",
    holds=HouseholdRegistration,
    read=_READ,
    update=Access.key("UK1DF01"),
)
EF06 = RecordFile(
    fid=0xEF06,
    name="residence",
    zh="常住地信息文件",
    holds=Residence,
    read=_READ,
    update=Access.key("UK4DF01"),
)
EF07 = RecordFile(
    fid=0xEF07,
    name="personal_state",
    zh="个人状况信息文件",
    holds=PersonalState,
    read=_READ,
    update=Access.key("UK2DF01"),
)
EF08 = RecordFile(
    fid=0xEF08,
    name="marriage",
    zh="婚姻状况信息文件",
    holds=Marriage,
    read=_READ,
    update=Access.key("UK3DF01"),
)
EF09 = RecordFile(
    fid=0xEF09,
    name="employer",
    zh="人员身份及就业单位信息文件",
    holds=Employer,
    read=_READ,
    update=Access.key("UK2DF01"),
)
EF0A = RecordFile(
    fid=0xEF0A,
    name="nationality",
    zh="国籍及政治面貌信息文件",
    holds=Nationality,
    read=_READ,
    update=Access.key("UK5DF01"),
)
EF15 = RecordFile(
    fid=0xEF15,
    name="education",
    zh="学历信息文件",
    holds=Education,
    read=_READ,
    update=Access.key("UK6DF01"),
)
RESERVED = tuple(
    TransparentFile(
        fid=0xEF15 + number,
        name=f"reserved_{number}",
        zh=f"预留信息文件{number}",
        holds=ReservedData,
        file_class=FileClass.RESERVED,
        read=Access.FREE,
        update=Access.key(key),
    )
    for number, key in enumerate(("UK7DF01", "UK8DF01", "UK9DF01", "UKADF01", "UKBDF01"), start=1)
)

KEYS = (
    CardKey("STKDF01", "DF01", KeyRole.MAINTENANCE, MAINTENANCE_KID, 0x48, 0xC1),  # assumed
    CardKey("UK1DF01", "DF01", KeyRole.UPDATE, 0x83, 0x48, 0x42),
    CardKey("UK2DF01", "DF01", KeyRole.UPDATE, 0x84, 0x48, 0x43),
    CardKey("UK3DF01", "DF01", KeyRole.UPDATE, 0x85, 0x47, 0x24),
    CardKey("UK4DF01", "DF01", KeyRole.UPDATE, 0x86, 0x47, 0x25),
    CardKey("UK5DF01", "DF01", KeyRole.UPDATE, 0x87, 0x48, 0x44),
    CardKey("RK1DF01", "DF01", KeyRole.READ, 0x88, 0x67, 0x2E),  # kid and usage assumed
    CardKey("UK6DF01", "DF01", KeyRole.UPDATE, 0x89, 0x47, 0x2F),
    CardKey("UK7DF01", "DF01", KeyRole.UPDATE, 0x8A, 0x47, 0x30),
    CardKey("UK8DF01", "DF01", KeyRole.UPDATE, 0x8B, 0x47, 0x31),
    CardKey("UK9DF01", "DF01", KeyRole.UPDATE, 0x8C, 0x47, 0x32),
    CardKey("UKADF01", "DF01", KeyRole.UPDATE, 0x8D, 0x47, 0x33),
    CardKey("UKBDF01", "DF01", KeyRole.UPDATE, 0x8E, 0x47, 0x34),
)

DF01 = Application(
    "DF01",
    fid=0xDF01,
    aid=bytes.fromhex("D1 56 00 00 05 00"),
    zh="公共应用信息区",
    en="public applications",
    files=(EF05, EF06, EF07, EF08, EF09, EF0A, EF15, *RESERVED),
    keys=KEYS,
)
