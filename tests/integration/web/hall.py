"""An installation with people, to be visited by the tests of the pages; cases are played on its own clock."""

import applications
import shipped
from played import Played, shanghai
from staff import hashed

from engine.clock import SetClock
from engine.deploy import deployments as deployed
from engine.run import tasks
from engine.values import SYSTEM
from processes import folders
from processes.cases import register as cases
from processes.mail import RecordingMail
from processes.people import attempts, chart, organisation, passwords
from processes.people.schema import DbPerson
from processes.settings import Settings
from web.compose import compose

SECRET = b"a secret of tests, which nobody else has"
PASSWORD = "correct horse battery"
PATIENT = Settings(sign_in_idle_hours=10_000, sign_in_most_hours=10_000, password_cost="low")
"""Days go by on the clock while the same visitors stay signed in."""

UNITS = {
    "sales": ("营业一部", "Sales"),
    "qc": ("品管单位", "Quality control"),
    "injection_workshop": ("注塑车间", "Injection workshop"),
    "packaging_storage": ("包装储存", "Packaging and storage"),
    "logistics": ("储运", "Logistics"),
    "contract_mgmt": ("合同管理", "Contract management"),
}
ROLES = {
    "intake": ("受理台", "Complaints desk"),
    "dept_head": ("部门主管", "Head of department"),
    "gm_office": ("总经理室", "General manager’s office"),
    "gm": ("总经理", "General manager"),
    "manager": ("经理", "Manager"),
    "admin": ("系统管理员", "Administrator"),
}
PEOPLE = {
    "sun": ("孙悦", "Sun Yue", ["intake"]),
    "wang": ("王丽", "Wang Li", ["sales"]),
    "he": ("何军", "He Jun", ["sales"]),
    "chen": ("陈伟", "Chen Wei", ["qc"]),
    "qian": ("钱进", "Qian Jin", ["qc"]),
    "liu": ("刘洋", "Liu Yang", ["injection_workshop"]),
    "zhao": ("赵敏", "Zhao Min", ["dept_head"]),
    "gao": ("高强", "Gao Qiang", ["gm_office"]),
    "feng": ("冯宁", "Feng Ning", ["manager"]),
    "admin": ("陈洁", "Chen Jie", ["admin"]),
    "stranger": ("路人", "Lu Ren", ["logistics"]),
}

COMPLAINT = {
    "channel": "phone",
    "received_at": "2026-09-28T09:30:00+08:00",
    "complainant_kind": "dealer",
    "name": "林女士",
    "company": "宁波远帆电器商行",
    "phone": "13805744021",
    "email": "lin@example.com",
    "product_model": "GF-220",
    "lot_no": "L2609",
    "order_no": "SO-26-08114",
    "complaint_type": "quality_defect",
    "description": "200 件中 12 件壳体浇口处开裂，装配时发现。10月12日停线。",
    "restatement_confirmed": True,
    "demands": ["exchange", "improvement"],
    "injury_or_safety": False,
    "regulator_or_media": False,
    "emotion": "calm",
}


def renew_meanwhile(hall, monkeypatch, login, kept):
    """Let what is kept of a password be made anew once, of a password, while somebody's is compared with it."""
    compare, renewed = attempts.prove, iter([passwords.hash_checked(kept, "low")])

    def prove(attempt, password, cost):
        proof = compare(attempt, password, cost)
        for other in renewed:
            with hall.database.transaction() as session:
                session.get_one(DbPerson, login).password = other
        return proof

    monkeypatch.setattr(attempts, "prove", prove)


class Hall(Played):
    """The installation and its web application."""

    newest = True

    def __init__(self, url, start="2026-09-28T09:30", *, deployments=None, settings=PATIENT):
        self.clock = SetClock(shanghai(start))
        self.kesu = compose(settings, url, secret=SECRET, clock=self.clock, mail=RecordingMail(), actor_signs=True)
        self.database = self.kesu.database
        if deployments is None:
            shipped.put(self.database)
            self._people()
        else:
            self.kesu.runtime.deployments.update(deployments)
        self.app = applications.borrow(self.kesu)

    def close(self):
        applications.give_back(self.app)
        self.database.close()

    def _people(self):
        with self.database.transaction() as session:
            for kind, entries in (("unit", UNITS), ("role", ROLES)):
                for key, (chinese, english) in entries.items():
                    organisation.create_unit(session, key, name_zh=chinese, name_en=english, kind=kind)
            named = {*UNITS, *ROLES}
            chart.create(
                session, [each for each in chart.of_folders(folders.shipped()) if each.key not in named], by=SYSTEM
            )
            for login, (chinese, english, groups) in PEOPLE.items():
                organisation.create_person(
                    session,
                    login,
                    name_zh=chinese,
                    name_en=english,
                    password=hashed(PASSWORD),
                    groups=groups,
                )

    def deployed(self, name):
        """The number of the newest deployment of a folder."""
        with self.database.reading() as session:
            return next(each.id for each in deployed.list_deployments(session) if each.name == name)

    def deployment(self, name):
        """The address of its page."""
        return f"/admin/deployments/{self.deployed(name)}"

    def actor(self, login):
        with self.database.reading() as session:
            return organisation.actor_of(session, login)

    def claim(self, element, login):
        task = self.open_task(element)
        with self.database.transaction() as session:
            tasks.claim(session, task, by=self.actor(login))
        return task

    def register(self, **changes):
        """A case that intake has registered and sales has accepted; its number."""
        from engine.run import instances

        with self.database.transaction() as session:
            instance = instances.start(session, "complaint_intake", by=self.actor("sun"))
        self.do("UT_Register", "sun", **(COMPLAINT | changes))
        with self.database.reading() as session:
            return cases.find_of_instance(session, instance.id).number

    def visitor(self, login=None, language="en"):
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        if login is not None:
            answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
            assert answer.status_code == 303, answer.text
        return client
