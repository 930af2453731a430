-- What every engine is given. One text for all: only bytea, bigint, smallint and text; the shard leads
-- every key; no default that is not a constant. A table whose closing parenthesis is followed by the
-- clustered mark is read by its key and kept in that order where the engine can. The two that get a long row
-- with every hold are not: where rows lie as they came, a full page is followed by a new one, and only the short
-- entries of the key are put in order.

create table meta (
    name text not null primary key,
    value text not null
);

insert into meta (name, value) values ('oldest', '1');

-- One row a shard: the lock, the sequence and the clock of its journal.
create table journal_head (
    shard smallint not null primary key,
    seq bigint not null check (seq >= 0),
    batch bigint not null,
    at_ms bigint not null
);

-- One row a recorded command, in commit order. The body is its facts or its refusal.
create table journal (
    shard smallint not null,
    seq bigint not null,
    at_ms bigint not null,
    number bigint not null,
    fingerprint bytea,
    request bytea,
    salt bytea,
    body bytea not null,
    primary key (shard, seq)
);

-- What an organiser wrote: everything small that is always in the books. What belongs to a thing without being
-- written with it (what its changes left behind, who is watched) has the id of that thing and a kind of its own.
create table part (
    shard smallint not null,
    id bytea not null,
    kind smallint not null,
    body bytea not null,
    primary key (shard, id, kind)
)/*clustered*/;

-- Counts that change with every hold, apart from the parts they belong to: units taken of an offer and
-- through a window, and the next place in an organiser's line.
create table counter (
    shard smallint not null,
    id bytea not null,
    units bigint not null check (units >= 0),
    primary key (shard, id)
)/*clustered*/;

create table pool (
    shard smallint not null,
    id bytea not null,
    supplied bigint not null check (supplied >= 0),
    free bigint not null check (free >= 0),
    held bigint not null check (held >= 0),
    sold bigint not null check (sold >= 0),
    handed bigint not null check (handed >= 0),
    lost bigint not null check (lost >= 0),
    lent bigint not null check (lent >= 0),
    body bytea not null,
    primary key (shard, id),
    check (free + held + sold + handed + lost + lent = supplied)
)/*clustered*/;

-- Holds that live, and holds that have ended.
create table hold (
    shard smallint not null,
    id bytea not null,
    body bytea not null,
    primary key (shard, id)
);

create table hold_ended (
    shard smallint not null,
    id bytea not null,
    body bytea not null,
    primary key (shard, id)
)/*clustered*/;

-- Waiters in line or at their turn, and those who have left.
create table entry (
    shard smallint not null,
    id bytea not null,
    body bytea not null,
    primary key (shard, id)
)/*clustered*/;

create table entry_left (
    shard smallint not null,
    id bytea not null,
    body bytea not null,
    primary key (shard, id)
)/*clustered*/;

create table orders (
    shard smallint not null,
    id bytea not null,
    number bigint not null,
    slot bytea not null,
    body bytea not null,
    primary key (shard, id)
)/*clustered*/;

-- Both rise within a slot and within an organiser, so that they are appended to in few places.
create index orders_of_slot on orders (shard, slot, id);
create index orders_of_organiser on orders (shard, number, id);

-- Units that limited buyers have in limited windows.
create table tally (
    shard smallint not null,
    window_id bytea not null,
    buyer bytea not null,
    units bigint not null check (units > 0),
    primary key (shard, window_id, buyer)
)/*clustered*/;

-- Sources of stock movements: the same one is done once.
create table source (
    shard smallint not null,
    number bigint not null,
    digest bytea not null,
    primary key (shard, number, digest)
)/*clustered*/;

-- Holds (0) and orders (1) whose payment needs a next step.
create table settling (
    shard smallint not null,
    id bytea not null,
    kind smallint not null,
    primary key (shard, id)
)/*clustered*/;
