"""Compares occurrences that Dayshelf found with those that recurring-ical-events finds.

Reads the lines of `cargo run -p dayshelf-ical --example rules` from the file that is named. Every line must agree: the same set of
moments in the same span. Moments that two occurrences share (the clocks jumped over one of them) count once.
"""

import datetime
import sys
import zoneinfo

import icalendar
import recurring_ical_events

# The zones of the package that the list names, not those of the machine, which may be years older.
zoneinfo.reset_tzpath(())

UTC = datetime.timezone.utc
SHOWN = 10


def moment(value):
    """Seconds since 1970 of a date (in UTC) or a time."""
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return int(value.timestamp())


def theirs(text, begin, end):
    calendar = icalendar.Calendar.from_ical(text)
    # A day more on both sides, since the other program compares walls; what is outside is cut off here.
    margin = datetime.timedelta(days=2)
    span = [datetime.datetime.fromtimestamp(at, UTC) for at in (begin, end)]
    found = recurring_ical_events.of(calendar).between(span[0] - margin, span[1] + margin)
    return {moment(event["DTSTART"].dt) for event in found}


def main():
    lines = bad = occurrences = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        made = file.read().splitlines()
    for line in made:
        asked, ours, text = line.split("\t")
        begin, end = map(int, asked.split())
        ours = {int(at) for at in ours.split()}
        text = text.replace("\\n", "\r\n")
        lengthy = 86400 if "VALUE=DATE:" in text else 0
        wanted = {at for at in theirs(text, begin, end) if at < end and (at >= begin or at + lengthy > begin)}
        lines += 1
        occurrences += len(ours)
        if ours != wanted:
            bad += 1
            if bad <= SHOWN:
                shown = [sorted(datetime.datetime.fromtimestamp(at, UTC).isoformat() for at in some)[:4]
                         for some in (ours - wanted, wanted - ours)]
                print(f"{text}\nonly ours {shown[0]}\nonly theirs {shown[1]}\n", file=sys.stderr)
    print(f"{lines} series, {occurrences} occurrences, {bad} differ")
    if bad or not lines:
        sys.exit(1)


main()
