-- What an organiser has set that is no commerce, and must be known before anybody knows whose it is. Shard 0, as people
-- are.

-- The name of its own that an organiser's pages are reached by: one each, and each name once in the installation.
create table domain (
    shard smallint not null,
    home_shard bigint not null,
    number bigint not null,
    name text not null,
    since_ms bigint not null,
    primary key (shard, home_shard, number)
)/*clustered*/;

create unique index domain_name on domain (shard, name);

-- Organisers whose people must have a second factor beside their password.
create table factor_rule (
    shard smallint not null,
    home_shard bigint not null,
    number bigint not null,
    since_ms bigint not null,
    primary key (shard, home_shard, number)
)/*clustered*/;
