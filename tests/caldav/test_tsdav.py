"""tsdav finds the calendars, writes, is stopped by an old tag, and syncs."""

import os
import pathlib
import subprocess


def test_tsdav(server):
    env = {**os.environ, "DAV_URL": server.dav, "DAV_USER": server.user, "DAV_PASSWORD": server.password}
    script = pathlib.Path(__file__).parent / "tsdav" / "drive.mjs"
    done = subprocess.run(["node", script], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
