-- What only readers need: a rebuild drops these, and makes them at its end.
create index record_by_kind on record (kind, id);
create index record_by_operation on record (operation, kind, id);
create index record_by_change on record (last_seq);
