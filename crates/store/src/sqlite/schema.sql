-- Events are added, and never changed: the triggers refuse it even where somebody has the file open by hand.
create table event (
    seq      integer primary key,
    id       blob    not null unique,
    record   blob,
    previous blob    not null,
    hash     blob    not null,
    bytes    blob    not null
) strict;
create index event_by_record on event (record, seq);
create trigger event_is_not_changed before update on event
begin select raise(abort, 'events are never changed'); end;
create trigger event_is_not_deleted before delete on event
begin select raise(abort, 'events are never deleted'); end;

-- The texts behind seals. A row goes when it is redacted.
create table secret (
    seal blob primary key,
    salt text not null,
    text text not null
) strict, without rowid;

-- What follows is folded from the events, and can be made again.
create table record (
    id        blob    primary key,
    operation blob,
    kind      text    not null,
    state     text    not null,
    last_seq  integer not null,
    body      text    not null
) strict;

create table reference (
    target blob not null,
    role   text not null,
    source blob not null,
    primary key (target, role, source)
) strict, without rowid;
create index reference_by_source on reference (source);

create table link (
    id       blob primary key,
    source   blob not null,
    relation text not null,
    target   blob not null,
    state    text not null
) strict, without rowid;
create index link_by_source on link (source);
create index link_by_target on link (target);

pragma user_version = 1;
