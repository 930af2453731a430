-- Calendars of others that organisers subscribe to. What becomes of their entries stands in the journal, these do not.

-- A feed. It is read when it is due; whoever reads it keeps others off until then (busy). The report is what the last
-- reading that brought a calendar came to, as JSON; empty before the first.
create table feed (
    shard smallint not null,
    number bigint not null,
    id bytea not null,
    url text not null,
    title text not null,
    zone text not null,
    unknown_zone text not null,
    every_ms bigint not null,
    made_ms bigint not null,
    read_ms bigint not null,
    due_ms bigint not null,
    busy_ms bigint not null,
    failures bigint not null,
    trouble text not null,
    etag text not null,
    modified text not null,
    report text not null,
    primary key (shard, number, id)
)/*clustered*/;

create index feed_due on feed (shard, due_ms);

-- What a feed's entry has become, and what it last said. Kinds: 0 a slot, 1 a series. The version is the slot's as the
-- feed left it.
create table feed_entry (
    shard smallint not null,
    number bigint not null,
    feed bytea not null,
    name text not null,
    kind smallint not null,
    subject bytea not null,
    version bigint not null,
    said text not null,
    primary key (shard, number, feed, name)
)/*clustered*/;
