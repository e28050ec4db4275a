"""The Python behind a folder's own service tasks is found in the folder; a topic has one place."""

import pytest

from processes.errors import TopicTwice
from processes.office import Office
from processes.services import services

OFFICE = Office()


def folder(tmp_path, name, text):
    path = tmp_path / name
    path.mkdir()
    (path / "services.py").write_text(text)
    return path


def test_the_services_of_a_folder_are_registered(tmp_path):
    text = 'def weigh(office, session, call):\n    """Weigh it."""\n\nINSIDE = {"scales.weigh": weigh}\n'
    found = services(OFFICE, [folder(tmp_path, "one", text), tmp_path])
    assert "scales.weigh" in found.topics
    assert found.get_service("scales.weigh").doc == "Weigh it."
    assert not found.is_outside("scales.weigh")


def test_two_folders_with_one_topic_are_refused_with_both_places(tmp_path):
    text = 'def call(office, call):\n    """Call."""\n\nOUTSIDE = {"phone.call": call}\n'
    paths = [folder(tmp_path, name, text) for name in ("one", "two")]
    with pytest.raises(TopicTwice, match=r"phone.call is defined in .*one/services.py and in .*two/services.py"):
        services(OFFICE, paths)
