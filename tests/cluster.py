"""A PostgreSQL cluster that lives as long as a test run."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

ROOM = 2 * 1024**3
"""Bytes; a run keeps some two hundred megabytes at a time."""

DISK = Path("/var/tmp")
"""A folder that is on a disk wherever the one for passing files is in memory."""

MISSING = "PostgreSQL is not installed: nothing was tested on it"


def find_binaries() -> Path | None:
    """The folder with initdb and postgres, the newest version first."""
    found = shutil.which("initdb")
    if found and (Path(found).resolve().parent / "postgres").exists():
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return installed[-1].parent if installed else None


def find_memory() -> Path | None:
    """A folder that lives in memory and has room for all databases of a run; in a container it often has not."""
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM
    return folder if roomy else None


class Cluster:
    """Databases copied from a migrated template; reached by a unix socket only."""

    def __init__(
        self, binaries: Path, *, durable: bool = False, kept: Path | None = None, within=(), **further: str
    ) -> None:
        """Begin one that flushes nothing, for tests or, `durable`, on the disk and flushed as in operation.

        What is in a folder to be kept is there again when it begins anew; `within` is a command of root's that puts the
        server onto another host; further settings are PostgreSQL's.
        """
        self.kept = kept is not None
        self.folder = kept or Path(tempfile.mkdtemp(prefix="kesu-pg-", dir=DISK if durable else None))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.user = _unprivileged_user()
        self.count = 0
        if self.user:
            shutil.chown(self.folder, self.user)
        data = self.folder / "data"
        if not data.exists():
            self._run([binaries / "initdb", "-D", data, "-U", "kesu", "-A", "trust", "--no-sync", "-E", "UTF8"])
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.folder,
            "fsync": "on" if durable else "off",
            "max_connections": 60,
            "shared_buffers": "64MB",
            **further,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.command = [binaries / "postgres", "-D", data, *options]
        self.starter = self.user
        if within:
            self.command = [*within, "setpriv", "--reuid", self.user, "--clear-groups", *self.command]
            self.starter = None
        self._start()

    def restart(self, how=signal.SIGINT, seconds: float = 0) -> None:
        """Break every connection and begin again, after some seconds, with what is on the disk; SIGQUIT is a crash."""
        self.admin.close()
        self.process.send_signal(how)
        self.process.wait(30)
        time.sleep(seconds)
        self._start()

    def revive(self) -> bool:
        """Begin again where the server has ended by itself; whether it had."""
        if self.process.poll() is None:
            return False
        self._start()
        return True

    def _start(self) -> None:
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(self.command, user=self.starter, cwd=self.folder, stdout=log, stderr=log)
        self.admin = self._wait()

    def create_template(self, migrate) -> None:
        self.admin.execute("CREATE DATABASE template_kesu")
        migrate(self.url("template_kesu"))

    def create_database(self, template: str = "template_kesu", name: str = "") -> str:
        """The address of a new database, a copy of a template that nobody is connected to."""
        self.count += 1
        name = name or f"test_{self.count}"
        self.admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def names(self) -> set[str]:
        """The databases that are there."""
        return {name for (name,) in self.admin.execute("SELECT datname FROM pg_database")}

    def drop_database(self, url: str) -> None:
        self.admin.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://kesu@/{name}?host={self.folder}"

    def stop(self) -> None:
        self.admin.close()
        self.process.send_signal(signal.SIGINT)  # whoever is still connected is not waited for
        try:
            self.process.wait(60 if self.kept else 20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, command) -> None:
        subprocess.run(command, user=self.user, cwd=self.folder, check=True, capture_output=True, env=_environment())

    def _wait(self):
        give_up = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(host=str(self.folder), user="kesu", dbname="postgres", autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > give_up or self.process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; whom it runs as instead."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
