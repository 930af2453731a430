-- Files of pictures, named by the digest of their content. They are written before the fact of the picture that they
-- belong to; what no picture names is swept when it is old enough.
create table picture_file (
    shard smallint not null,
    number bigint not null,
    digest bytea not null,
    made_ms bigint not null,
    body bytea not null,
    primary key (shard, number, digest)
);
