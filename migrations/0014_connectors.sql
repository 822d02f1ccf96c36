-- One-way copies to and from other Open311 servers.

-- Of a case that is a copy of a request at another server: the address of that request. However it came here (sent to us,
-- or fetched by us), it is here once; and a copy is never copied on.
create table open311_origins (
  tenant_id integer not null references tenants,
  case_id uuid not null,
  url text not null,
  primary key (tenant_id, case_id),
  unique (tenant_id, url),
  foreign key (tenant_id, case_id) references cases
);

create table connections (                  -- one other server, and one way
  tenant_id integer not null references tenants,
  id uuid not null,
  label text not null,
  direction text not null check (direction in ('to', 'from')),
  url text not null,                        -- its GeoReport v2 endpoint, without a slash at the end
  jurisdiction text,
  api_key bytea,                            -- sealed under the tenant's key
  services jsonb not null,                  -- which go: our category and their service; nothing else is copied
  every_minutes integer not null check (every_minutes between 1 and 1440),
  created_at timestamptz(3) not null,
  paused_at timestamptz(3),
  paused_because text check (paused_because in ('administrator', 'failing', 'rebuilt')),
  next_at timestamptz(3) not null,          -- not before then: the next fetch, or the next try
  tries integer not null default 0,         -- failures since it last went well
  failing_since timestamptz(3),
  fault text,                               -- what went wrong last
  succeeded_at timestamptz(3),
  takes_updates boolean,                    -- whether the other side has updates; null: not known yet
  requests_until timestamptz(3) not null,   -- what was changed there up to then is here
  updates_until timestamptz(3) not null,
  primary key (tenant_id, id),
  check ((paused_at is null) = (paused_because is null))
);

create table connection_copies (            -- one case over one connection
  tenant_id integer not null references tenants,
  connection_id uuid not null,
  case_id uuid not null,
  status text not null check (status in ('waiting', 'copied', 'there', 'refused')),
  remote_id text,                           -- its number at the other side
  reference text,                           -- what we call it there; set before it is first sent, and never changed
  tried_at timestamptz(3),                  -- when it was first sent and may have arrived
  told_seq integer not null default 0,      -- the last step that the other side was told of
  wanted_seq integer not null default 0,    -- the last step that it is to be told of
  fault text,                               -- what the other side refused, in its words
  created_at timestamptz(3) not null,
  primary key (tenant_id, connection_id, case_id),
  unique (tenant_id, connection_id, remote_id),
  foreign key (tenant_id, connection_id) references connections on delete cascade,
  foreign key (tenant_id, case_id) references cases,
  check (status not in ('copied', 'there') or remote_id is not null)
);
create index connection_copies_waiting on connection_copies (tenant_id, connection_id, created_at)
  where status = 'waiting' or (status = 'copied' and told_seq < wanted_seq);
create index connection_copies_log on connection_copies (tenant_id, connection_id, created_at desc, case_id desc);
create index connection_copies_case on connection_copies (tenant_id, case_id);

create table connection_updates (           -- what was fetched of a request that was fetched; each once
  tenant_id integer not null references tenants,
  connection_id uuid not null,
  update_id text not null,
  case_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, connection_id, update_id),
  foreign key (tenant_id, connection_id) references connections on delete cascade,
  foreign key (tenant_id, case_id) references cases
);

do $$
declare t text;
begin
  foreach t in array array['open311_origins', 'connections', 'connection_copies', 'connection_updates'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_tenant on %I to answerable_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t);
  end loop;
end $$;
grant select, insert on open311_origins, connection_updates to answerable_app;
grant select, insert, delete, update (label, jurisdiction, api_key, services, every_minutes, paused_at, paused_because, next_at,
  tries, failing_since, fault, succeeded_at, takes_updates, requests_until, updates_until) on connections to answerable_app;
grant select, insert, update (status, remote_id, reference, tried_at, told_seq, wanted_seq, fault)
  on connection_copies to answerable_app;
