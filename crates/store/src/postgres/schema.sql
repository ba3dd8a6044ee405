-- Events are added, and never changed: the triggers refuse it even where somebody connects by hand.
create table event (
    seq      bigint primary key,
    id       bytea  not null unique,
    record   bytea,
    previous bytea  not null,
    hash     bytea  not null,
    bytes    bytea  not null
);
create index event_by_record on event (record, seq);
create function event_is_not_changed() returns trigger language plpgsql as
$$ begin raise exception 'events are never changed or deleted'; end $$;
create trigger event_is_not_changed before update or delete on event
    for each row execute function event_is_not_changed();
create trigger event_is_not_truncated before truncate on event
    for each statement execute function event_is_not_changed();

-- The texts behind seals. A row goes when it is redacted.
create table secret (
    seal bytea primary key,
    salt text  not null,
    text text  not null
);

-- What follows is folded from the events, and can be made again.
create table record (
    id        bytea  primary key,
    operation bytea,
    kind      text   not null,
    state     text   not null,
    last_seq  bigint not null,
    body      text   not null
);

create table reference (
    target bytea not null,
    role   text collate "C" not null,
    source bytea not null,
    primary key (target, role, source)
);
create index reference_by_source on reference (source);

create table link (
    id       bytea primary key,
    source   bytea not null,
    relation text  not null,
    target   bytea not null,
    state    text  not null
);
create index link_by_source on link (source);
create index link_by_target on link (target);

-- Which layout this is.
create table layout (version bigint not null);
insert into layout (version) values (1);
