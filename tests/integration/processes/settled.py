"""Cases of the small procedure around the agreement, up to the signing."""

from house import House, actor
from settlement import CASE, DECLARATION, DIAGRAM, PREPARED
from sqlalchemy import select

from engine.store.schema import DbVariable
from processes.cases.schema import DbCaseEntry, DbDocument

AT = "2026-11-02T10:00:00+08:00"

TAN, WEN = actor("tan", "after_sales"), actor("wen", "after_sales")
GU, MO = actor("gu", "leader"), actor("mo", "leader")


def signature(by, kind="drawn"):
    return {"kind": kind, "by": by, "at": AT, "sha256": "0" * 64}


class Settling(House):
    """Cases up to the signing, played without forms: the services have to hold by themselves."""

    def begin(self, *, approved="approved_plan_version", decision="approve", **variables):
        self.deploy()
        diagram = DIAGRAM.format(approved=approved)
        self.deploy({"settled.bpmn": diagram.encode(), "procedure.toml": DECLARATION.encode()})
        self.instance = self.start("settled_case", TAN, **{**CASE, **variables})
        self.do("Decide", GU, decision=decision)

    def offer(self):
        self.do("UT_Prepare", TAN, **PREPARED)

    @property
    def sha256(self):
        return self.variable("agreement_sha256")

    def variable(self, name):
        """Of the scope that got it last."""
        with self.database.reading() as session:
            query = select(DbVariable.value).where(DbVariable.name == name).order_by(DbVariable.scope.desc())
            return session.scalars(query).first()

    def draw(self):
        self.do("UT_Sign", TAN, **self.drawn())

    def drawn(self):
        return {
            "sign_result": "drawn",
            "signing_place": "接待室",
            "present_patient": ["何敏"],
            "present_house": ["谭护士"],
            "patient_signature": signature("tan"),
            "signed_sha256": self.sha256,
        }

    def counter(self):
        return {
            "counter_result": "sign",
            "house_signature": signature("gu", "password"),
            "signed_sha256": self.sha256,
        }

    def record(self, kind):
        with self.database.reading() as session:
            return [each.data for each in session.scalars(select(DbCaseEntry).where(DbCaseEntry.kind == kind))]

    def documents(self):
        with self.database.reading() as session:
            return session.execute(select(DbDocument.name, DbDocument.content).order_by(DbDocument.id)).all()
