-- The record that tells what a source stands for. What was written before has none: it is done once, and what it was
-- is not compared.
alter table source add column seq bigint;
