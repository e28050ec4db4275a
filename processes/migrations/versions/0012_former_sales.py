"""Diagrams of before there were declarations get one, and their letters: what runs on them goes on where it is."""

import hashlib
from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

FORMER = Path(__file__).parents[1] / "former_sales"
"""What was in the program then, as files of a folder are today."""

DRAWN, DECLARED = "kb_sales_quality.bpmn", "procedure.toml"


def upgrade() -> None:
    complete(op.get_bind())


def complete(connection: sa.Connection) -> None:
    """Lay the declaration and the letters beside the diagrams of each version that came without."""
    holds = sa.text(
        "SELECT d.id, d.name FROM deployment d JOIN resource r ON r.deployment_id = d.id AND r.path = :drawn"
        " WHERE NOT EXISTS (SELECT 1 FROM resource o WHERE o.deployment_id = d.id AND o.path = :declared)"
    )
    for number, name in connection.execute(holds, {"drawn": DRAWN, "declared": DECLARED}).all():
        of_it = {"id": number}
        files: dict[str, bytes] = dict(
            connection.execute(sa.text("SELECT path, content FROM resource WHERE deployment_id = :id"), of_it).all()
        )
        new = {path: content for path, content in _laid_beside().items() if path not in files}
        for path, content in new.items():
            connection.execute(
                sa.text(
                    "INSERT INTO resource (deployment_id, path, kind, digest, content)"
                    " VALUES (:id, :path, 'other', :digest, :content)"
                ),
                of_it | {"path": path, "digest": hashlib.sha256(content).hexdigest(), "content": content},
            )
        connection.execute(
            sa.text("UPDATE deployment SET digest = :digest WHERE id = :id"),
            of_it | {"digest": _digest(name, {**files, **new})},
        )


def _laid_beside() -> dict[str, bytes]:
    letters = {f"letters/{path.name}": path.read_bytes() for path in sorted((FORMER / "letters").glob("*.txt"))}
    return {DECLARED: (FORMER / "declaration.toml").read_bytes(), **letters}


def _digest(name: str, files: dict[str, bytes]) -> str:
    """As the engine reckoned it then: of a name and of all paths and contents."""
    total = hashlib.sha256(f"{name}\0".encode())
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()
