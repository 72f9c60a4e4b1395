"""Why a row of a bureau file is refused, and the sentence for the clerk who corrects it."""

from enum import StrEnum, unique
from typing import Final


@unique
class Reason(StrEnum):
    """In the order in which a row's reasons are listed."""

    COLUMN_COUNT = "column_count"
    ID_CHECKSUM = "id_checksum"
    ID_BIRTH_DATE = "id_birth_date"
    ID_REGION = "id_region"
    BORN_IN_FUTURE = "born_in_future"
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    NAME_CHARACTER = "name_character"
    SEX_MISMATCH = "sex_mismatch"
    BIRTH_DATE_MISMATCH = "birth_date_mismatch"
    ETHNIC_GROUP = "ethnic_group"
    DOCUMENT_TYPE = "document_type"
    PHONE = "phone"
    # The next four are not in the exchange format's own list, which has no word for a code that
    # its column does not allow.
    REGION_CODE = "region_code"
    PERSON_CATEGORY = "person_category"
    APPLICATION_TYPE = "application_type"
    BANK = "bank"
    REPLACEMENT_REASON = "replacement_reason"
    CARD_NUMBER = "card_number"
    GUARDIAN_MISSING = "guardian_missing"
    PHOTO_MISSING = "photo_missing"
    PHOTO_FORMAT = "photo_format"
    PHOTO_SIZE = "photo_size"
    DUPLICATE = "duplicate"


# (English, Chinese): what is wrong and what to do.
SENTENCES: Final[dict[Reason, tuple[str, str]]] = {
    Reason.COLUMN_COUNT: (
        "The row has not as many fields as the header: look for a missing or superfluous comma.",
        "列数与表头不符：请检查是否缺少或多出逗号。",
    ),
    Reason.ID_CHECKSUM: (
        "The number has not 18 characters or its check character is wrong: copy it again.",
        "社会保障号码不是18位或校验码错误：请按证件重新录入（末位字母为大写X）。",
    ),
    Reason.ID_BIRTH_DATE: (
        "Characters 7 to 14 of the number are no date: compare it with the document.",
        "社会保障号码第7至14位不是有效日期：请核对证件。",
    ),
    Reason.ID_REGION: (
        "The number begins with a region code that never was in force: compare the document.",
        "社会保障号码前6位不是曾经使用过的行政区划代码：请核对证件。",
    ),
    Reason.BORN_IN_FUTURE: (
        "The date of birth in the number is after the date of the file.",
        "社会保障号码中的出生日期晚于报盘日期：请核对证件。",
    ),
    Reason.NAME_MISSING: ("The name is missing.", "姓名为空：请补录。"),
    Reason.NAME_TOO_LONG: (
        "The name has more than 25 characters or 50 bytes: ask for the short form in use.",
        "姓名超过25个字符或50字节：请按规定缩写。",
    ),
    Reason.NAME_CHARACTER: (
        "The name has a character that is no letter of names (only Han and Latin letters, and "
        "· between two of them).",
        "姓名含有不允许的字符（只允许汉字、拉丁字母，以及两字之间的间隔符“·”）。",
    ),
    Reason.SEX_MISMATCH: (
        "The sex is none of 1, 2, 9 or does not fit the number.",
        "性别不是1、2、9，或与社会保障号码不符。",
    ),
    Reason.BIRTH_DATE_MISMATCH: (
        "The date of birth is not the one in the number (YYYYMMDD).",
        "出生日期与社会保障号码不符（格式YYYYMMDD）。",
    ),
    Reason.ETHNIC_GROUP: (
        "The ethnic group is none of 01 to 58 (GB/T 3304).",
        "民族代码不在01至58之内（GB/T 3304）。",
    ),
    Reason.DOCUMENT_TYPE: (
        "The type of document is none of A, C, D, J, K, M.",
        "证件类型不是A、C、D、J、K、M之一。",
    ),
    Reason.PHONE: (
        "The mobile number has not 11 digits beginning with 1.",
        "联系手机不是以1开头的11位数字。",
    ),
    Reason.REGION_CODE: (
        "Birthplace, residence or place of insurance is no region code of 6 digits "
        "(12 for the last two).",
        "出生地、常住地区划或参保地不是6位区划代码（后两项可为12位）。",
    ),
    Reason.PERSON_CATEGORY: (
        "The category of person is none of 10, 20, 30, 40, 60.",
        "人员类别不是10、20、30、40、60之一。",
    ),
    Reason.APPLICATION_TYPE: (
        "The type of application is neither 0 (new) nor 1 (replacement).",
        "申请类型不是0（新领）或1（补换）。",
    ),
    Reason.BANK: ("The bank has not 5 digits.", "服务银行代码不是5位数字。"),
    Reason.REPLACEMENT_REASON: (
        "A replacement needs its reason: 1 lost, 2 damaged, 3 expired, 4 data changed.",
        "补换卡须填补换原因：1遗失、2损坏、3到期、4信息变更。",
    ),
    Reason.CARD_NUMBER: (
        "A replacement needs the old card number with its check character; this one is wrong.",
        "补换卡须填原卡号，且校验码须正确：请核对旧卡。",
    ),
    Reason.GUARDIAN_MISSING: (
        "The applicant is under 16: name and number of a guardian are needed.",
        "申请人未满16周岁：须填监护人姓名和号码。",
    ),
    Reason.PHOTO_MISSING: (
        "There is no photo of that name beside the file.",
        "没有找到该文件名的相片。",
    ),
    Reason.PHOTO_FORMAT: (
        "The photo is not a JPEG with 24-bit colour.",
        "相片不是24位真彩色JPEG。",
    ),
    Reason.PHOTO_SIZE: (
        "The photo has not 358×441 pixels at 350 dpi and 9 to 40 KB.",
        "相片不是358×441像素、350dpi、9至40KB。",
    ),
    Reason.DUPLICATE: (
        "The number is already in this file, has a card in use or in the making, or has an "
        "application under way.",
        "该号码在本文件中重复，或已有在用卡或在制卡，或已有在办申请。",
    ),
}

_ORDER: Final = {reason: place for place, reason in enumerate(Reason)}


def in_order(reasons: list[Reason]) -> tuple[Reason, ...]:
    """*reasons* in the order of the list above."""
    return tuple(sorted(reasons, key=_ORDER.__getitem__))
