-- What is written behind the journal by its readers, never in the desk's transaction.

-- How far each reader of a shard's journal has come, and who reads for it until when.
create table consumer (
    shard smallint not null,
    name text not null,
    seq bigint not null check (seq >= 0),
    holder bytea not null,
    until_ms bigint not null,
    primary key (shard, name)
)/*clustered*/;

-- Idempotency keys of the last days, in runs up to a record, each cut by the fingerprints' first byte. A body
-- is fingerprints and their records, in order.
create table key_run (
    shard smallint not null,
    part smallint not null,
    seq bigint not null,
    body bytea not null,
    primary key (shard, part, seq)
)/*clustered*/;

-- The log of what is sent to endpoints. States: 0 waiting, 1 delivered, 2 given up. Trouble: why the last try got no
-- answer, 0 where it got one.
create table delivery (
    shard smallint not null,
    endpoint bytea not null,
    id bytea not null,
    subject bytea not null,
    sequence bigint not null,
    kind text not null,
    body bytea not null,
    state smallint not null,
    tries bigint not null,
    due_ms bigint not null,
    last_status bigint not null,
    trouble smallint not null,
    primary key (shard, endpoint, id)
)/*clustered*/;

-- The lanes: what waits, by when it is due, and what waits of one subject, in order.
create index delivery_due on delivery (shard, endpoint, due_ms, id) where state = 0;
create index delivery_lane on delivery (shard, endpoint, subject, id) where state = 0;

-- Mails to buyers, by the fact that they tell and the order that they are about. States: 0 waiting, 1 sent,
-- 2 given up. The sequence is iCalendar's.
create table mail (
    shard smallint not null,
    number bigint not null,
    seq bigint not null,
    subject bytea not null,
    kind text not null,
    sequence bigint not null,
    recipient text not null,
    title text not null,
    body bytea not null,
    state smallint not null,
    tries bigint not null,
    due_ms bigint not null,
    primary key (shard, number, seq, subject)
)/*clustered*/;

-- What waits, by when it is due, and what was told of one order, in order.
create index mail_due on mail (shard, due_ms, seq) where state = 0;
create index mail_subject on mail (shard, subject, seq);
