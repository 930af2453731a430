"""A Dayshelf server of the tests' own, with the first drop put up, and a key of its organiser."""

import os
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(url: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        if time.monotonic() > end:
            raise TimeoutError("the server did not come up")
        time.sleep(0.05)


class Server:
    """The address of a running server and its organiser's key."""

    def __init__(self, url: str, key: str):
        self.url = url
        self.key = key


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    binary = os.environ["DAYSHELF_BIN"]
    data = tmp_path_factory.mktemp("data")
    listen = f"127.0.0.1:{free_port()}"
    flags = ["--data", str(data), "--listen", listen]
    log = open(data / "server.log", "wb")
    # The receiver of the tests is on this machine.
    env = {**os.environ, "DAYSHELF_WEBHOOKS_ALLOW_PRIVATE": "true"}
    child = subprocess.Popen([binary, "serve", *flags], stdout=log, stderr=log, env=env)
    try:
        url = f"http://{listen}"
        wait_until_ready(url)
        plan = ROOT / "examples" / "first-drop.toml"
        subprocess.run([binary, "apply", str(plan), *flags], check=True, capture_output=True)
        key = data / "schema.key"
        subprocess.run(
            [binary, "key", "create", "lumen-clay", "--name", "schema", "--scope", "manage", "--out", str(key), *flags],
            check=True,
            capture_output=True,
        )
        yield Server(url, key.read_text().strip())
    finally:
        child.terminate()
        child.wait(timeout=20)
        log.close()
