from datetime import time, timedelta

import pytest

from processes.configuration import load
from processes.errors import SettingRefused
from processes.settings import Settings, calendar_of, working_time


def test_defaults_are_the_documented_ones(tmp_path):
    settings = load(tmp_path / "missing.toml", {})
    assert settings == Settings()
    assert (settings.roll, settings.warn_at, settings.procedures) == ("next", time(9), {})
    assert settings.password_cost == "high"
    assert "smtp_password" not in repr(settings)


def test_file_and_environment(tmp_path):
    path = tmp_path / "kesu.toml"
    path.write_text(
        'roll = "none"\nwarn_at = 08:30:00\nsmtp_tls = true\nfile_types = ["text/plain"]\n'
        '[procedures.goods]\nmax_redo = 5\nrounds = 2\n[procedures.goods.stages]\nverify = "2d"\n',
        encoding="utf-8",
    )
    environment = {
        "KESU_FILE_TYPES": "text/plain, text/csv,image/png",
        "KESU_SMTP_TLS": "no",
        "KESU_ESCALATE_AT": "10:15",
        "KESU_NOTICE_DAYS": "30",
        "KESU_DATABASE_URL": "sqlite://",
        "KESU_WORKING_HOURS": "mon-thu 08:00-12:00 13:00-17:00; sat 09:00-12:00",
        "KESU_PROCEDURES__GOODS__MAX_REDO": "1",
        "KESU_PROCEDURES__GOODS__STAGES__REVIEW": "1d",
    }
    settings = load(path, environment)
    assert (settings.roll, settings.warn_at, settings.notice_days) == ("none", time(8, 30), 30)
    assert settings.file_types == ("text/plain", "text/csv", "image/png")
    assert settings.smtp_tls is False
    assert settings.escalate_at == time(10, 15)
    assert settings.procedures["goods"] == {
        "max_redo": "1",
        "rounds": 2,
        "stages": {"verify": "2d", "review": "1d"},
    }
    assert sorted(calendar_of(settings).week) == [0, 1, 2, 3, 5]
    assert settings.origins["roll"] == f"{path}:1"
    assert settings.origins["smtp_tls"] == "KESU_SMTP_TLS"
    assert settings.origins["procedures.goods.max_redo"] == "KESU_PROCEDURES__GOODS__MAX_REDO"
    assert settings.origins["procedures.goods.rounds"] == f"{path}:7"


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        ("rol = 'none'", {}, "did you mean roll"),
        ("roll = 'sideways'", {}, "next, none, previous"),
        ("notice_days = 'two'", {}, "no whole number"),
        ("notice_days = true", {}, "no whole number"),
        ("notice_days = -1", {}, "negative"),
        ("file_types = 'text/plain'", {}, "no list"),
        ("zone = 'Mars/Olympus'", {}, "zone"),
        ("zone = 'Asia/Shanghaii'", {}, "did you mean Asia/Shanghai"),
        ("country = 'XX'", {}, "country"),
        ("working_hours = 'someday 09:00-12:00'", {}, "no day of the week"),
        ("working_hours = ''", {}, "working_hours"),
        ("warn_at = 'noon'", {}, "warn_at"),
        ("procedures = 3", {}, "no table"),
        ("procedures = 3", {"KESU_PROCEDURES__GOODS__MAX_REDO": "1"}, "procedures is 3, which is no table"),
        ("[procedures]\nzonne = 'Europe/Berlin'", {}, "did you mean zone"),
        ("zone = 'Asia/Tokyo'\n[procedures]\nzone = 'Europe/Berlin'", {}, "stands twice: .*:1 and .*:3"),
        ("[procedures\n", {}, "toml"),
        (f"zone = {'[' * 2000}", {}, "recursion"),
        ("", {"KESU_NOTICE_DAYS": "2.5"}, "notice_days"),
        ("", {"KESU_SMTP_TLS": "perhaps"}, "smtp_tls"),
        ("", {"KESU_SMTP_HOTS": "mx"}, "did you mean smtp_host"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path, text, environment, said):
    path = tmp_path / "kesu.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingRefused, match=said):
        load(path, environment)


def test_what_stands_below_procedures_holds_for_all_of_them(tmp_path):
    path = tmp_path / "kesu.toml"
    path.write_text('[procedures]\nzone = "Europe/Berlin"\n[procedures.goods]\nmax_redo = 5\n', encoding="utf-8")
    settings = load(path, {})
    assert (settings.zone, settings.procedures) == ("Europe/Berlin", {"goods": {"max_redo": 5}})
    assert settings.origins["zone"] == f"{path}:2"
    assert load(path, {"KESU_ZONE": "Asia/Tokyo"}).zone == "Asia/Tokyo"
    assert load(path, {"KESU_PROCEDURES__ZONE": "Asia/Tokyo"}).zone == "Asia/Tokyo"


@pytest.mark.parametrize("wrong", ["roll = 'sideways'", "rol = 'none'", "notice_days = -1", "zone = 'Mars/Olympus'"])
def test_what_is_refused_says_on_which_line_it_stands(tmp_path, wrong):
    path = tmp_path / "kesu.toml"
    path.write_text(f"# ours\nsmtp_tls = true\n{wrong}\n", encoding="utf-8")
    with pytest.raises(SettingRefused, match=r"kesu\.toml:3"):
        load(path, {})


def test_working_time_is_read():
    day = timedelta(hours=8)
    assert working_time("0.5d", day) == working_time("4h", day) == timedelta(hours=4)
    assert working_time("30m", day) == timedelta(minutes=30)
