-- What helps an organiser and is no commerce: texts to use again, and when programs were last heard of.

-- A text that is kept to be used again.
create table kept_text (
    shard smallint not null,
    number bigint not null,
    id bytea not null,
    version bigint not null,
    title text not null,
    body text not null,
    changed_ms bigint not null,
    primary key (shard, number, id)
)/*clustered*/;

-- When a request last came with an API key, to the minute: each node notes it once a minute at most.
create table heard (
    shard smallint not null,
    number bigint not null,
    id bytea not null,
    at_ms bigint not null,
    primary key (shard, number, id)
)/*clustered*/;
