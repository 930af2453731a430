"""caldav-server-tester finds what the committed profile says, no more and no less."""

import pathlib
import subprocess
import sys

import caldav
import yaml

PROFILE = pathlib.Path(__file__).with_name("profile.yaml")


def test_profile(server, tmp_path):
    with caldav.DAVClient(server.dav, username=server.user, password=server.password) as client:
        # It makes a calendar of tasks for itself and stops when it may not; one that is there is only looked at.
        client.principal().make_calendar(cal_id="caldav-server-checker-calendar_tasks")
    asked = ["--caldav-url", server.dav, "--caldav-username", server.user, "--caldav-password", server.password]
    program = pathlib.Path(sys.executable).with_name("caldav-server-tester")
    done = subprocess.run([program, *asked, "--format", "yaml"], capture_output=True, text=True, timeout=900)
    text = done.stdout
    assert "features:" in text, done.stderr[-4000:]
    found = {name: one["support"] for name, one in yaml.safe_load(text[text.index("caldav_version"):])["features"].items()}
    expected = yaml.safe_load(PROFILE.read_text())
    assert found == expected
