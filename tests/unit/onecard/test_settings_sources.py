"""Where settings come from, which source goes first, and what is refused."""

from dataclasses import fields
from pathlib import Path

import pytest

from onecard.settings import Settings, SettingsError, load, table


def config(folder: Path, text: str) -> Path:
    path = folder / "onecard.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_defaults_lie_in_the_users_data_folder():
    settings = load({})
    assert Path(settings.database).name == "book.sqlite3"
    assert settings.keys.parent == settings.trust.parent == Path(settings.database).parent
    assert (settings.profile, settings.bind) == ("v3.00", "127.0.0.1:8610")


def test_a_file_goes_before_the_defaults(tmp_path):
    path = config(tmp_path, 'profile = "v2.00"\nkeys = "/srv/keys.json"\n')
    settings = load({}, path)
    assert (settings.profile, settings.keys) == ("v2.00", Path("/srv/keys.json"))


def test_the_environment_goes_before_the_file(tmp_path):
    path = config(tmp_path, 'profile = "v2.00"\noperator = "Li"\n')
    settings = load({"ONECARD_PROFILE": "international"}, path)
    assert (settings.profile, settings.operator) == ("international", "Li")


def test_an_empty_variable_sets_nothing(tmp_path):
    path = config(tmp_path, 'profile = "v2.00"\n')
    assert load({"ONECARD_PROFILE": ""}, path).profile == "v2.00"


def test_the_environment_may_name_the_file_and_an_option_goes_before_it(tmp_path):
    path = config(tmp_path, 'operator = "Li"\n')
    (tmp_path / "other").mkdir()
    other = config(tmp_path / "other", 'operator = "Wang"\n')
    assert load({"ONECARD_CONFIG": str(path)}).operator == "Li"
    assert load({"ONECARD_CONFIG": str(path)}, other).operator == "Wang"


def test_a_home_folder_is_written_out():
    assert load({"ONECARD_KEYS": "~/keys.json"}).keys == Path.home() / "keys.json"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('colour = "red"\n', "setting colour: not a setting"),
        ('[bureau]\nprofile = "v2.00"\n', "setting bureau: not a setting"),
        ("profile = 3\n", "setting profile: wants a text in quotes"),
        ('language = "fr"\n', "setting language: wants en or zh"),
        ('profile = "v2.00\n', "setting config: "),
        ('keys = "~nobody-of-that-name/keys.json"\n', "setting keys: "),
    ],
)
def test_what_cannot_be_a_setting_is_named(text, said, tmp_path):
    with pytest.raises(SettingsError, match=said):
        load({}, config(tmp_path, text))


def test_the_age_of_a_list_is_a_number_of_hours(tmp_path):
    assert load({}).list_age_hours == 24
    assert load({"ONECARD_LIST_AGE_HOURS": "0.5"}).list_age_hours == 0.5
    assert load({}, config(tmp_path, 'list_age_hours = "168"\n')).list_age_hours == 168


@pytest.mark.parametrize("text", ["0.2", "169", "-1", "nan", "inf", "a day"])
def test_an_age_outside_of_the_bounds_is_told_with_them(text):
    with pytest.raises(SettingsError, match=r"list_age_hours: wants hours, 0\.25 to 168"):
        load({"ONECARD_LIST_AGE_HOURS": text})


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    for path in (tmp_path, tmp_path / "none.toml"):
        with pytest.raises(SettingsError, match=str(path)):
            load({}, path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"binary\.toml"):
        load({}, binary)


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "ONECARD_LANGUAGE": "en"}, "en"),
    ],
)
def test_the_language_is_as_set_or_as_the_locale_says(environ, language):
    assert load(environ).language == language


def test_the_passphrase_does_not_print():
    settings = load({"ONECARD_KEYS_PASSPHRASE": "open sesame"})
    assert "sesame" in str(settings.keys_passphrase)
    assert "sesame" not in repr(settings)


def test_the_table_has_a_line_for_each_setting():
    lines = table().splitlines()[2:]
    assert len(lines) == len(fields(Settings))
    for one, line in zip(fields(Settings), lines, strict=True):
        assert line.startswith(f"| `ONECARD_{one.name.upper()}` | `{one.name}` | ")
        assert line.count("|") == 4
