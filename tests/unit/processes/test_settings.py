from datetime import time, timedelta

import pytest

from processes.errors import SettingRefused
from processes.settings import Settings, calendar_of, load, working_time


def test_defaults_are_the_documented_ones(tmp_path):
    settings = load(tmp_path / "missing.toml", {})
    assert settings == Settings()
    assert (settings.roll, settings.max_redo) == ("next", 2)
    assert settings.negotiation_rounds == 3
    assert settings.password_cost == "high"
    assert "smtp_password" not in repr(settings)


def test_file_and_environment(tmp_path):
    path = tmp_path / "kesu.toml"
    path.write_text(
        '[procedures]\nroll = "none"\nmax_redo = 5\nwarn_at = 08:30:00\nsmtp_tls = true\nhurried = ["S1"]\n'
        '[procedures.stages]\nverify = "2d"\n',
        encoding="utf-8",
    )
    environment = {
        "KESU_MAX_REDO": "1",
        "KESU_HURRIED": "S1, S2,S3",
        "KESU_SMTP_TLS": "no",
        "KESU_ESCALATE_AT": "10:15",
        "KESU_DATABASE_URL": "sqlite://",
        "KESU_WORKING_HOURS": "mon-thu 08:00-12:00 13:00-17:00; sat 09:00-12:00",
    }
    settings = load(path, environment)
    assert (settings.roll, settings.max_redo, settings.warn_at) == ("none", 1, time(8, 30))
    assert settings.hurried == ("S1", "S2", "S3")
    assert settings.smtp_tls is False
    assert settings.escalate_at == time(10, 15)
    assert settings.stages["verify"] == "2d"
    assert settings.stages["review"] == "0.5d"
    assert sorted(calendar_of(settings).week) == [0, 1, 2, 3, 5]


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("[procedures]\nrol = 'none'", {}),
        ("[procedures]\nroll = 'sideways'", {}),
        ("[procedures]\nmax_redo = 'two'", {}),
        ("[procedures]\nmax_redo = true", {}),
        ("[procedures]\nmax_redo = -1", {}),
        ("[procedures]\nzone = 'Mars/Olympus'", {}),
        ("[procedures]\ncountry = 'XX'", {}),
        ("[procedures]\nworking_hours = 'someday 09:00-12:00'", {}),
        ("[procedures]\nworking_hours = ''", {}),
        ("[procedures.stages]\nverify = 'soon'", {}),
        ("[procedures]\nhand_over_remind = '-4h'", {}),
        ("[procedures\n", {}),
        ("", {"KESU_MAX_REDO": "2.5"}),
        ("", {"KESU_SMTP_TLS": "perhaps"}),
        ("", {"KESU_STAGES": "verify"}),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, text, environment):
    path = tmp_path / "kesu.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingRefused):
        load(path, environment)


def test_working_time_is_read():
    day = timedelta(hours=8)
    assert working_time("0.5d", day) == working_time("4h", day) == timedelta(hours=4)
    assert working_time("30m", day) == timedelta(minutes=30)
