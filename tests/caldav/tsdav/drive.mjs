// Drives the server as a program that uses tsdav: it finds, writes, is refused an old tag, and syncs.
import assert from "node:assert/strict";
import { createDAVClient } from "tsdav";

const { DAV_URL, DAV_USER, DAV_PASSWORD } = process.env;
const client = await createDAVClient({
  serverUrl: DAV_URL,
  credentials: { username: DAV_USER, password: DAV_PASSWORD },
  authMethod: "Basic",
  defaultAccountType: "caldav",
});
const text = (title) =>
  [
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", "BEGIN:VEVENT", "UID:tsdav-1", "DTSTAMP:20261101T000000Z",
    "DTSTART:20301207T180000Z", "DTEND:20301207T190000Z", `SUMMARY:${title}`, "END:VEVENT", "END:VCALENDAR", "",
  ].join("\r\n");

const calendars = await client.fetchCalendars();
assert.ok(calendars.length >= 2, "calendars are found");
const calendar = calendars.find((one) => one.url.endsWith("/slots/"));
assert.deepEqual(calendar.components, ["VEVENT"]);

const before = await client.fetchCalendarObjects({ calendar });
const synced = await client.smartCollectionSync({ collection: { ...calendar, objects: before, objectMultiGet: client.calendarMultiGet }, method: "webdav", detailedResult: true });

const made = await client.createCalendarObject({ calendar, filename: "tsdav-1.ics", iCalString: text("One") });
assert.equal(made.status, 201);
const url = new URL("tsdav-1.ics", calendar.url).href;
const tag = made.headers.get("etag");
assert.ok(tag, "what is kept as it came has a tag");

const changed = await client.updateCalendarObject({ calendarObject: { url, data: text("Two"), etag: tag } });
assert.equal(changed.status, 204);
const stale = await client.updateCalendarObject({ calendarObject: { url, data: text("Three"), etag: tag } });
assert.equal(stale.status, 412, "an old tag is refused");

const later = await client.smartCollectionSync({
  collection: { ...calendar, syncToken: synced.syncToken, ctag: synced.ctag, objects: before, objectMultiGet: client.calendarMultiGet },
  method: "webdav",
  detailedResult: true,
});
assert.equal(later.objects.created.length, 1);
assert.ok(later.objects.created[0].data.includes("SUMMARY:Two"));

const [fresh] = await client.fetchCalendarObjects({ calendar, objectUrls: [url] });
const gone = await client.deleteCalendarObject({ calendarObject: { url, etag: fresh.etag } });
assert.equal(gone.status, 204);
