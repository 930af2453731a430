"""vdirsyncer keeps a folder and the server the same, both ways."""

import pathlib
import subprocess
import sys

import caldav

ENTRY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//tests//EN
BEGIN:VEVENT
UID:{uid}
DTSTAMP:20261101T000000Z
DTSTART;TZID=Europe/Berlin:20301206T{hour}0000
DTEND;TZID=Europe/Berlin:20301206T{hour}3000
SUMMARY:{title}
END:VEVENT
END:VCALENDAR
"""
CONFIG = """
[general]
status_path = "{folder}/status"
[pair both]
a = "here"
b = "there"
collections = ["slots"]
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{folder}/here"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{url}"
username = "{user}"
password = "{password}"
"""


def test_two_ways(server, tmp_path):
    config = tmp_path / "config"
    config.write_text(CONFIG.format(folder=tmp_path, url=server.dav, user=server.user, password=server.password))
    folder = tmp_path / "here" / "slots"
    folder.mkdir(parents=True)
    program = pathlib.Path(sys.executable).with_name("vdirsyncer")

    def vdirsyncer(*args):
        done = subprocess.run([program, "-c", config, *args], capture_output=True, text=True, input="y\n" * 9, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    def texts():
        return {path.name: path.read_text() for path in folder.iterdir()}

    vdirsyncer("discover")
    vdirsyncer("sync")
    before = len(texts())
    assert before >= 1, "the slot of the plan is here"

    # Made here, found there.
    (folder / "mine.ics").write_text(ENTRY.format(uid="mine", hour="18", title="Made here"))
    vdirsyncer("sync")
    with caldav.DAVClient(server.dav, username=server.user, password=server.password) as client:
        calendar = next(one for one in client.principal().calendars() if str(one.url).endswith("/slots/"))
        mine = calendar.event_by_uid("mine")
        assert mine.icalendar_component["SUMMARY"] == "Made here"
        # Changed there, found here.
        mine.icalendar_component["SUMMARY"] = "Changed there"
        mine.save()
        calendar.save_event(ENTRY.format(uid="theirs", hour="19", title="Made there"))
        vdirsyncer("sync")
        now = texts()
        assert any("Changed there" in text for text in now.values())
        assert any("Made there" in text for text in now.values())
        # Changed here, found there; gone here, gone there.
        path = next(path for path in folder.iterdir() if "Changed there" in path.read_text())
        path.write_text(path.read_text().replace("Changed there", "Changed here"))
        next(path for path in folder.iterdir() if "Made there" in path.read_text()).unlink()
        vdirsyncer("sync")
        titles = [str(event.icalendar_component["SUMMARY"]) for event in calendar.events()]
        assert "Changed here" in titles and "Made there" not in titles
        # Gone there, gone here.
        calendar.event_by_uid("mine").delete()
        vdirsyncer("sync")
        assert len(texts()) == before
    vdirsyncer("sync")
    assert len(texts()) == before, "nothing comes back"
