"""A series that is run from a calendar app: made, one evening moved, one left out, parted into this and all future.

What an app would show is what recurring-ical-events makes of the entries, and that must be the slots. Nothing depends on
how fast the machine is.
"""

import datetime
import zoneinfo

import caldav
import icalendar
import pytest
import recurring_ical_events

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
WEEK = datetime.timedelta(weeks=1)
HOUR = datetime.timedelta(hours=1)


class Evenings:
    """A series as its organiser's app and its server see it."""

    def __init__(self, server, calendar):
        self.server = server
        self.calendar = calendar
        day = datetime.datetime.now(ZONE).date() + datetime.timedelta(days=20)
        self.first = datetime.datetime.combine(day, datetime.time(18), ZONE)

    def week(self, number):
        """The evening of a week, on the wall."""
        return self.first + number * WEEK

    def entries(self):
        found = [event for event in self.calendar.events() if "Glazing" in event.data]
        return sorted(found, key=lambda event: event.icalendar_component["DTSTART"].dt)

    def shown(self):
        """When an app shows an evening, and as what."""
        found = []
        for event in self.entries():
            text = icalendar.Calendar.from_ical(event.data)
            until = self.first + 20 * WEEK
            for one in recurring_ical_events.of(text).between(self.first - WEEK, until):
                found.append((one["DTSTART"].dt.astimezone(ZONE), str(one["SUMMARY"])))
        return sorted(found)

    def slots(self):
        """When its slots are, and what they are called."""
        found = []
        for series in self.server.api("GET", "/v1/series")["items"]:
            whole = self.server.api("GET", f"/v1/series/{series['id']}")
            assert whole["occurrences"]["next"] is None
            for one in whole["occurrences"]["items"]:
                if one["state"] in ("draft", "published"):
                    start = datetime.datetime.fromisoformat(one["starts_at"].replace("Z", "+00:00"))
                    found.append((start.astimezone(ZONE), one["title"]))
        return sorted(found)

    def same(self, expected):
        assert self.shown() == expected
        assert self.slots() == expected


@pytest.fixture
def evenings(server):
    with caldav.DAVClient(server.dav, username=server.user, password=server.password) as client:
        calendars = client.principal().calendars()
        yield Evenings(server, next(one for one in calendars if str(one.url).endswith("/slots/")))


def test_a_series_from_an_app(evenings):
    first, week = evenings.first, evenings.week
    evenings.calendar.add_event(
        dtstart=first,
        dtend=first + 2 * HOUR,
        summary="Glazing",
        location="Yard",
        rrule={"FREQ": ["WEEKLY"], "COUNT": [6]},
    )
    evenings.same([(week(number), "Glazing") for number in range(6)])
    assert len(evenings.entries()) == 1, "its evenings have no entries of their own"

    # One evening an hour later and under another name: the app finds it in its week, and keeps that one alone.
    found = evenings.calendar.search(start=week(1) - HOUR, end=week(1) + HOUR, event=True, expand=True)
    [late] = [event for event in found if "Glazing" in event.data]
    with late.edit_icalendar_component() as entry:
        entry["DTSTART"].dt += HOUR
        entry["DTEND"].dt += HOUR
        entry["SUMMARY"] = icalendar.vText("Glazing, late")
    late.save(only_this_recurrence=True)
    expected = [(week(number), "Glazing") for number in range(6)]
    expected[1] = (week(1) + HOUR, "Glazing, late")
    evenings.same(expected)

    # One evening is left out.
    [event] = evenings.entries()
    event.load()
    with event.edit_icalendar_instance() as calendar:
        master_of(calendar).add("EXDATE", week(2))
    event.save()
    del expected[2]
    evenings.same(expected)

    # This and all future half an hour later: the entry ends before, and a new one has the rest.
    [event] = evenings.entries()
    event.load()
    with event.edit_icalendar_instance() as calendar:
        rule = master_of(calendar)["RRULE"]
        del rule["COUNT"]
        rule["UNTIL"] = [(week(4) - HOUR).astimezone(datetime.timezone.utc)]
    event.save()
    evenings.calendar.add_event(
        dtstart=week(4) + HOUR / 2,
        dtend=week(4) + 2 * HOUR,
        summary="Glazing",
        location="Yard",
        rrule={"FREQ": ["WEEKLY"], "COUNT": [2]},
    )
    expected = expected[:3] + [(week(number) + HOUR / 2, "Glazing") for number in (4, 5)]
    evenings.same(expected)
    assert len(evenings.entries()) == 2

    # Both are thrown away; they were drafts, and are gone.
    for event in evenings.entries():
        event.delete()
    evenings.same([])
    assert evenings.entries() == []


def master_of(calendar):
    return next(one for one in calendar.walk("VEVENT") if "RECURRENCE-ID" not in one)
