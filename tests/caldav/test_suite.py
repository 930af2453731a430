"""The functional suite of python-caldav's source distribution, with our own server as the one that is configured.

What this server does otherwise on purpose is said in `suite.yaml` in the suite's own words; what still fails stands
in `suite-failures.txt`, each with its reason. A test that fails and is not there, or is there and passes, is a fault.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent


def reasons():
    lines = (HERE / "suite-failures.txt").read_text().splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


def test_suite(server, tmp_path):
    suite = tmp_path / "suite"
    shutil.copytree(os.environ["CALDAV_SUITE"], suite)
    own = {
        "type": "external",
        "enabled": True,
        "url": server.dav,
        "username": server.user,
        "password": server.password,
        "features": yaml.safe_load((HERE / "suite.yaml").read_text()),
    }
    (suite / "tests" / "caldav_test_servers.yaml").write_text(yaml.safe_dump({"test-servers": {"dayshelf": own}}))
    others = {f"PYTHON_CALDAV_TEST_{name}": "0" for name in ["EMBEDDED", "DOCKER"]}
    env = {**os.environ, **others, "PYTHON_CALDAV_TEST_EXTERNAL": "1"}
    asked = ["-q", "-rfE", "-p", "no:cacheprovider", "-o", "addopts=", "-k", "ayshelf", "tests/test_caldav.py"]
    done = subprocess.run([sys.executable, "-m", "pytest", *asked], cwd=suite, env=env, capture_output=True, text=True, timeout=1500)
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S+::(\w+)", done.stdout, re.MULTILINE))
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) >= 40, done.stdout[-3000:]
    assert failed == reasons(), done.stdout[-6000:]
