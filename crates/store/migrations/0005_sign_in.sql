-- How people sign in beside their password, and how they come back when they can't. Shard 0, as people are.

-- A passkey: what its device calls it, and the key that its signatures are checked with, as COSE has it. The counter
-- rises with each use where the device counts. Never used: -1.
create table passkey (
    shard smallint not null,
    credential bytea not null,
    id bytea not null,
    person bytea not null,
    name text not null,
    public_key bytea not null,
    counter bigint not null,
    backed_up smallint not null,
    made_ms bigint not null,
    used_ms bigint not null,
    primary key (shard, credential)
)/*clustered*/;

create index passkey_person on passkey (shard, person);

-- What a passkey was asked to sign: once, for one browser, and for the person that it is made for, if it is.
create table challenge (
    shard smallint not null,
    digest bytea not null,
    asker bytea not null,
    person bytea not null,
    until_ms bigint not null,
    primary key (shard, digest)
)/*clustered*/;

-- The secret of somebody's app for codes. It counts once a code of it was typed: since is 0 until then. The step is
-- that of the last code that was taken; wrong ones are counted from an instant on.
create table second_factor (
    shard smallint not null,
    person bytea not null,
    secret bytea not null,
    since_ms bigint not null,
    step bigint not null,
    wrong bigint not null,
    wrong_ms bigint not null,
    primary key (shard, person)
)/*clustered*/;

create table recovery_code (
    shard smallint not null,
    person bytea not null,
    digest bytea not null,
    primary key (shard, person, digest)
)/*clustered*/;

-- Links for whoever can't sign in. One that lifts takes the second factor away as well.
create table recovery_link (
    shard smallint not null,
    digest bytea not null,
    person bytea not null,
    lifts smallint not null,
    made_ms bigint not null,
    until_ms bigint not null,
    primary key (shard, digest)
)/*clustered*/;

create index recovery_link_person on recovery_link (shard, person);
