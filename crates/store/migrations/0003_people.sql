-- The people who run organisers: no commerce, so no facts. All of them lie in shard 0, because whoever signs in
-- says who they are before anybody knows whose.

-- Set once: somebody has used the link of the first start.
create table setup (
    shard smallint not null,
    name text not null,
    at_ms bigint not null,
    primary key (shard, name)
)/*clustered*/;

-- A password is kept as its Argon2id hash with its parameters.
create table person (
    shard smallint not null,
    id bytea not null,
    email text not null,
    name text not null,
    password text not null,
    made_ms bigint not null,
    primary key (shard, id)
)/*clustered*/;

create unique index person_email on person (shard, email);

-- Who may do what for which organiser. Roles: 0 viewer, 1 stall staff, 2 manager, 3 owner.
create table member (
    shard smallint not null,
    home_shard bigint not null,
    number bigint not null,
    person bytea not null,
    role bigint not null,
    since_ms bigint not null,
    primary key (shard, home_shard, number, person)
)/*clustered*/;

create index member_person on member (shard, person);

-- Who is signed in where. The token itself is with the browser alone.
create table session (
    shard smallint not null,
    digest bytea not null,
    id bytea not null,
    person bytea not null,
    home_shard bigint not null,
    number bigint not null,
    made_ms bigint not null,
    seen_ms bigint not null,
    until_ms bigint not null,
    agent text not null,
    address text not null,
    primary key (shard, digest)
)/*clustered*/;

create index session_person on session (shard, person);

-- Links that let somebody in, once.
create table invitation (
    shard smallint not null,
    digest bytea not null,
    id bytea not null,
    home_shard bigint not null,
    number bigint not null,
    role bigint not null,
    label text not null,
    made_by bytea not null,
    made_ms bigint not null,
    until_ms bigint not null,
    primary key (shard, digest)
)/*clustered*/;

create index invitation_home on invitation (shard, home_shard, number);

-- Who did what from where; only ever added to.
create table audit (
    shard smallint not null,
    home_shard bigint not null,
    number bigint not null,
    id bytea not null,
    at_ms bigint not null,
    person bytea not null,
    name text not null,
    act text not null,
    subject text not null,
    status bigint not null,
    address text not null,
    primary key (shard, home_shard, number, id)
)/*clustered*/;
