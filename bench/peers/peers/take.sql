-- One unit, or none: what a good engineer would write by hand. One statement, so one transaction and one round trip.
with taken as (update pools set free = free - 1 where id = :pool and free > 0 returning id)
insert into orders (pool) select id from taken;
