"""A Dayshelf server for real calendar clients, over each engine, with an organiser and an app password."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import pytest

from sink import Sink

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# A plan with a slot that sells, so that something can be at stake.
PLAN = """
[organiser]
slug = "kiln"
name = "A kiln"
zone = "Europe/Berlin"
currency = "EUR"

[[pools]]
key = "stock"
title = "Stock"
units = 10

[[slots]]
slug = "drop"
title = "A drop"
place = "Yard"
start = "2030-12-04T18:00"
end = "start + 1h"
publish = true
windows = [{ key = "public", title = "Everyone", opens = "2026-01-01T00:00", closes = "end" }]
offers = [{ key = "one", title = "One", recipe = [{ pool = "stock" }], price = "28.00" }]
fulfilments = [{ key = "pickup", kind = "pickup", title = "Pickup", place = "Yard", opens = "start + 1d at 10:00", closes = "start + 1d at 12:00" }]
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, bound=60):
    """What comes of asking until it is something."""
    end = time.monotonic() + bound
    while not (found := what()):
        if time.monotonic() > end:
            raise TimeoutError("waited in vain")
        time.sleep(0.05)
    return found


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


class Server:
    """A running server."""

    def __init__(self, url, password, key, run, sink):
        self.url = url
        self.dav = f"{url}/dav/"
        self.user = "kiln"
        self.password = password
        self.key = key
        self.run = run
        self.sink = sink

    def api(self, method, path, body=None, headers=None):
        """Asks the API with the organiser's key."""
        data = None if body is None else json.dumps(body).encode()
        head = {"authorization": f"Bearer {self.key}", "content-type": "application/json", **(headers or {})}
        request = urllib.request.Request(f"{self.url}{path}", data=data, method=method, headers=head)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as problem:
            raise AssertionError(f"{method} {path}: {problem.code} {problem.read().decode()}") from problem


def database_programs():
    """The folder with the database server's programs, the newest first."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    found += [pathlib.Path(path).parent for path in [shutil.which("initdb")] if path]
    return next((path for path in found if (path / "initdb").exists()), None)


def database(folder):
    """Starts a database server of the tests' own; its address and its process."""
    programs = database_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("the database server's programs are not installed")
        pytest.skip("the database server's programs are not installed")
    data, port = folder / "data", free_port()
    data.mkdir()
    # The server does not run as root.
    as_user = {"user": "nobody", "extra_groups": []} if os.geteuid() == 0 else {}
    if as_user:
        folder.chmod(0o755)
        shutil.chown(data, "nobody")
    run = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": data, **as_user}
    subprocess.run([programs / "initdb", "-D", data, "-U", "dayshelf", "--auth=trust", "-E", "UTF8"], check=True, **run)
    settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
    child = subprocess.Popen([programs / "postgres", "-D", data, "-p", str(port), *settings], **run)
    ready = [programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-U", "dayshelf"]
    wait_for(lambda: subprocess.run(ready, stdout=subprocess.DEVNULL).returncode == 0)
    return f"postgres://dayshelf@127.0.0.1:{port}/postgres", child


@pytest.fixture(scope="module", params=["file", "server"])
def server(request, tmp_path_factory):
    binary = os.environ["DAYSHELF_BIN"]
    folder = tmp_path_factory.mktemp("calendars")
    port = free_port()
    flags = ["--data", str(folder / "data"), "--listen", f"127.0.0.1:{port}"]
    sink = Sink()
    request.addfinalizer(sink.server_close)
    request.addfinalizer(sink.shutdown)
    env, children = {**os.environ, "DAYSHELF_MAIL_SMTP_URL": sink.url}, []
    if request.param == "server":
        apart = pathlib.Path(tempfile.mkdtemp(prefix="dayshelf-calendars-"))
        request.addfinalizer(lambda: shutil.rmtree(apart, ignore_errors=True))
        env["DAYSHELF_STORE_URL"], child = database(apart)
        children.append(child)

    def run(*args):
        done = subprocess.run([binary, *args, *flags], check=True, capture_output=True, text=True, env=env)
        return done.stdout

    log = open(folder / "server.log", "wb")
    try:
        children.insert(0, subprocess.Popen([binary, "serve", *flags], stdout=log, stderr=log, env=env))
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/readyz"))
        plan = folder / "plan.toml"
        plan.write_text(PLAN)
        run("apply", str(plan))
        password, key = folder / "password", folder / "key"
        run("calendar-password", "create", "kiln", "--name", "tests", "--out", str(password))
        run("key", "create", "kiln", "--name", "tests", "--scope", "manage", "--out", str(key))
        yield Server(url, password.read_text().strip(), key.read_text().strip(), run, sink)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=30)
        log.close()
