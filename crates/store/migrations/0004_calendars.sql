-- What organisers' calendar apps see beside the slots: whose rows stand in the journal, these do not.

-- One row an organiser: the rising integer that every change of its calendars takes the next of, and the edition
-- of the program's own texts that its entries were last made with.
create table calendar_home (
    shard smallint not null,
    number bigint not null,
    revision bigint not null check (revision >= 0),
    edition bigint not null,
    primary key (shard, number)
)/*clustered*/;

-- A calendar. Kinds: 0 slots, 1 drafts, 2 windows, 3 pickup, 4 shifts, 5 broadcast. The token is the revision at
-- which it last changed.
create table calendar (
    shard smallint not null,
    number bigint not null,
    name text not null,
    kind smallint not null,
    shown smallint not null,
    token bigint not null,
    primary key (shard, number, name)
)/*clustered*/;

-- What a viewer calls a calendar and how it is coloured: properties by their namespace and name.
create table calendar_property (
    shard smallint not null,
    number bigint not null,
    calendar text not null,
    viewer text not null,
    property text not null,
    value text not null,
    primary key (shard, number, calendar, viewer, property)
)/*clustered*/;

-- An entry as its organiser's bytes have it. States: 0 shown, 1 gone, 2 reserved for a slot that is being made.
-- The version is the slot's that the bytes show, the token the revision at which they last changed. Pending is
-- what was put and not yet decided.
create table calendar_entry (
    shard smallint not null,
    number bigint not null,
    calendar text not null,
    name text not null,
    slot bytea not null,
    uid text not null,
    state smallint not null,
    version bigint not null,
    token bigint not null,
    tag bytea not null,
    size bigint not null,
    from_ms bigint not null,
    until_ms bigint not null,
    changed_ms bigint not null,
    note text not null,
    body bytea not null,
    pending bytea,
    primary key (shard, number, calendar, name)
)/*clustered*/;

create index calendar_entry_slot on calendar_entry (shard, number, slot);
create index calendar_entry_token on calendar_entry (shard, number, calendar, token);
create index calendar_entry_uid on calendar_entry (shard, number, calendar, uid);

-- Passwords of organisers' calendar apps, one a device; the secret itself is kept nowhere.
create table calendar_password (
    shard smallint not null,
    number bigint not null,
    id bytea not null,
    digest bytea not null,
    name text not null,
    calendars text not null,
    may_write smallint not null,
    made_ms bigint not null,
    used_ms bigint not null,
    used_by text not null,
    primary key (shard, number, id)
)/*clustered*/;

create index calendar_password_digest on calendar_password (shard, number, digest);
