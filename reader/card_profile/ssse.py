"""SSSE 社会保障系统环境: who issued the card and whose it is (人社信息函〔2012〕37号)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from reader.card_profile.access import Access
from reader.card_profile.codes_person import CARD_CLASS, ETHNIC_GROUP, SEX
from reader.card_profile.files import (
    IN_THE_FIELD,
    Application,
    FileClass,
    RecordFile,
    TransparentFile,
)
from reader.card_profile.keys import CardKey, KeyRole
from reader.card_profile.values import (
    CardNumber,
    IdentificationCode,
    InitialisingInstitution,
    RegionCode,
    SocialSecurityNumber,
)
from reader.gb18030 import encode_text
from reader.item import Item, ItemError
from reader.item_codecs import AN, CN, B

MF = 0x3F00

NAME_SIZE, NAME_EXTENSION_SIZE = 30, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CardIssuer:
    """EF05 发卡机构数据文件."""

    identification_code: Annotated[IdentificationCode | None, Item(0x01, "卡的识别码", 16, CN)] = (
        None
    )
    card_class: Annotated[str | None, Item(0x02, "卡的类别", 1, AN, (CARD_CLASS,))] = None
    specification_version: Annotated[str | None, Item(0x03, "规范版本", 4, AN)] = None
    initialising_institution: Annotated[
        InitialisingInstitution | None, Item(0x04, "初始化机构编号", 12, CN)
    ] = None
    issue_date: Annotated[date | None, Item(0x05, "发卡日期", 4, CN)] = None
    expiry_date: Annotated[date | None, Item(0x06, "卡有效期", 4, CN)] = None
    card_number: Annotated[CardNumber | None, Item(0x07, "卡号", 9, AN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardHolder:
    """EF06 持卡人的基本信息文件."""

    social_security_number: Annotated[
        SocialSecurityNumber | None, Item(0x08, "社会保障号码", 18, AN)
    ] = None
    name: Annotated[str | None, Item(0x09, "姓名", NAME_SIZE, AN)] = None
    name_extension: Annotated[str | None, Item(0x4E, "姓名扩展", NAME_EXTENSION_SIZE, AN)] = None
    sex: Annotated[str | None, Item(0x0A, "性别", 1, AN, (SEX,))] = None
    ethnic_group: Annotated[str | None, Item(0x0B, "民族", 1, CN, (ETHNIC_GROUP,))] = None
    birthplace: Annotated[RegionCode | None, Item(0x0C, "出生地", 3, CN)] = None
    birth_date: Annotated[date | None, Item(0x0D, "出生日期", 4, CN)] = None

    @property
    def full_name(self) -> str | None:
        """The name with its extension, as the holder writes it."""
        return (self.name or "") + (self.name_extension or "") or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """EF07 指纹数据文件."""

    template: Annotated[bytes | None, Item(None, "指纹", 768, B)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """EF08 照片信息文件: 26 mm × 32 mm, BMP or JPEG, followed by '00'."""

    image: Annotated[bytes | None, Item(None, "数字相片", 4096, B)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalIdentity:
    """EF0D, not in the notice but on cards of several cities; what EC and ED mean is not known."""

    personal_identifier: Annotated[str | None, Item(0xEA, "人员识别号", 12, AN)] = None
    place_of_first_application: Annotated[RegionCode | None, Item(0xEB, "初次申领地", 3, CN)] = None
    local_item_ec: Annotated[str | None, Item(0xEC, "地方数据项EC", 1, AN)] = None
    local_item_ed: Annotated[str | None, Item(0xED, "地方数据项ED", 1, AN)] = None


def split_name(name: str) -> tuple[str, str | None]:
    """A name as the two items of the card: at most 30 and 20 bytes, cut between characters.

    ItemError when it does not fit; a name of many four-byte characters may fail below 50 bytes.
    """
    try:
        sizes = [len(encode_text(character)) for character in name]
    except ValueError as error:
        raise ItemError("name", str(error)) from error
    head = 0
    while head < len(name) and sum(sizes[: head + 1]) <= NAME_SIZE:
        head += 1
    if sum(sizes[head:]) > NAME_EXTENSION_SIZE:
        raise ItemError("name", f"{sum(sizes)} bytes do not fit 30 and 20")
    return name[:head], name[head:] or None


EF05 = RecordFile(
    fid=0xEF05,
    name="issuer",
    zh="发卡机构数据文件",
    holds=CardIssuer,
    read=Access.FREE,
    update=Access.key("UKSSSE"),
)
EF06 = RecordFile(
    fid=0xEF06,
    name="holder",
    zh="持卡人的基本信息文件",
    holds=CardHolder,
    read=Access.FREE,
    update=Access.key("UKSSSE"),
)
EF07 = TransparentFile(
    fid=0xEF07,
    name="fingerprint",
    zh="指纹数据文件",
    holds=Fingerprint,
    file_class=FileClass.PRESET,
    read=Access.key("RKSSSE"),
    update=Access.key("UKSSSE"),
)
EF08 = TransparentFile(
    fid=0xEF08,
    name="photo",
    zh="照片信息文件",
    holds=Photo,
    file_class=FileClass.PRESET,
    read=Access.key("RKSSSE"),
    update=Access.key("UKSSSE"),
)
EF0D = RecordFile(
    fid=0xEF0D,
    name="local_identity",
    zh="地方人员识别文件",
    holds=LocalIdentity,
    file_class=FileClass.EXTENSION,
    read=Access.FREE,
    update=Access.key("UK2SSSE"),
    source=IN_THE_FIELD,
)

KEYS = (
    CardKey("IRK", "SSSE", KeyRole.INTERNAL_AUTHENTICATION, 0x00, 0x67, 0x08),
    CardKey("STK", "SSSE", KeyRole.MAINTENANCE, 0x02, 0x48, 0x09),  # kid assumed
    CardKey("UKSSSE", "SSSE", KeyRole.UPDATE, 0x04, 0x48, 0x12),
    CardKey("BK", "SSSE", KeyRole.BLOCK, 0x05, 0x48, 0x11),
    CardKey("PUK", "SSSE", KeyRole.PIN_UNBLOCK, 0x06, 0x48, 0x10),
    CardKey("RKSSSE", "SSSE", KeyRole.READ, 0x0A, 0x47, 0x0A),
    CardKey("UK2SSSE", "SSSE", KeyRole.UPDATE, 0x0D, 0x48, 0x13),
)

SSSE = Application(
    "SSSE",
    fid=0xDDF1,
    aid=bytes.fromhex("73 78 31 2E 73 68 2E C9 E7 BB E1 B1 A3 D5 CF"),  # sx1.sh.社会保障
    zh="社会保障系统环境",
    en="social security system environment",
    files=(EF05, EF06, EF07, EF08, EF0D),
    keys=KEYS,
)
