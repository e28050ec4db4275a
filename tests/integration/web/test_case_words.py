"""A case keeps the words it began with: in notices, refusals, and the list of what waits for others."""

from engine import SYSTEM, deployments
from processes import folders

BEFORE, AFTER = "接收案件", "改了名字的步骤"


def deploy_other_words(hall):
    """A version of the procedure that calls the taking over something else in Chinese."""
    given = folders.read(folders.ROOT / "kb_sales_quality")
    files = dict(given.files)
    catalogue = "translations/zh.po"
    assert BEFORE.encode() in files[catalogue]
    files[catalogue] = files[catalogue].replace(f'msgstr "{BEFORE}"'.encode(), f'msgstr "{AFTER}"'.encode())
    with hall.database.transaction() as session:
        deployments.deploy(session, given.key, files, by=SYSTEM)


def test_a_running_case_is_told_of_in_its_own_words(hall):
    hall.register()
    task = hall.claim("UT_AcceptCase", "wang")
    deploy_other_words(hall)
    hall.visitor("wang").post(f"/tasks/{task}/reassign", data={"to": "he", "reason": "休假"})
    waits = hall.visitor("sun", "zh").get("/work?view=waiting").text
    told = hall.visitor("he", "zh").get("/notices").text
    refused = hall.visitor("wang", "zh").post(f"/tasks/{task}/claim").text
    for page in (waits, told, refused):
        assert BEFORE in page
        assert AFTER not in page
