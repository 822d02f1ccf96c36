-- The foundation: tenants, organisation, the record (streams, events, checkpoints), cases, obligations, drafts.
-- Every table has tenant_id first in its primary key, and row-level security holds each transaction to the tenant
-- named by the setting app.tenant_id, so that a query which forgets its tenant sees nothing of another.

create function current_tenant() returns integer language sql stable parallel safe
  return nullif(current_setting('app.tenant_id', true), '')::integer;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end $$;

-- Tenants and the organisation ------------------------------------------------------------------------------------

create table tenants (
  tenant_id integer primary key generated always as identity,
  stream_id uuid not null unique,           -- the organisation's own chain of events
  host text unique,                         -- null: answers to every host no other tenant claims
  name jsonb not null,                      -- { "en": …, "zh-CN": … }
  language text not null check (language in ('en', 'zh-CN')),
  time_zone text not null,
  pack_id text not null,
  pack_version text not null,
  wrapped_key bytea not null,               -- the tenant's key, wrapped by the root key
  demo boolean not null default false,
  created_at timestamptz(3) not null
);

create table units (
  tenant_id integer not null references tenants,
  id uuid not null,
  parent_id uuid,
  path uuid[] not null,                     -- root … this unit, inclusive
  name jsonb not null,
  functions text[] not null default '{}',   -- what it handles: the pack's functions
  areas jsonb not null default '[]',        -- names of the places it covers: [{ "en": …, "zh-CN": … }]
  intake boolean not null default false,    -- receives what no other unit is found for
  active boolean not null default true,
  primary key (tenant_id, id),
  foreign key (tenant_id, parent_id) references units
);

create table staff (
  tenant_id integer not null references tenants,
  id uuid not null,
  account_id text,                          -- auth."user".id; null until the invitation is taken up
  name text not null,
  title jsonb not null default '{}',
  email text not null,
  language text,
  active boolean not null default true,
  created_at timestamptz(3) not null,
  primary key (tenant_id, id),
  unique (tenant_id, email)
);
create unique index staff_account on staff (account_id);

create table grants (
  tenant_id integer not null references tenants,
  staff_id uuid not null,
  unit_id uuid not null,
  role text not null,
  primary key (tenant_id, staff_id, unit_id, role),
  foreign key (tenant_id, staff_id) references staff,
  foreign key (tenant_id, unit_id) references units
);

create table calendars (                    -- each version of a working calendar, never changed once written
  tenant_id integer not null references tenants,
  id text not null,
  version integer not null,
  data jsonb not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, id, version)
);

-- The record ------------------------------------------------------------------------------------------------------

create table streams (                      -- one hash chain each; the row is the chain's lock
  tenant_id integer not null references tenants,
  id uuid not null,
  kind text not null,
  seq integer not null,
  head bytea not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, id)
);

create table stream_keys (                  -- deleting the row destroys what the stream sealed, for good
  tenant_id integer not null references tenants,
  stream_id uuid not null,
  wrapped bytea not null,
  primary key (tenant_id, stream_id)
);

create table events (
  tenant_id integer not null references tenants,
  stream_id uuid not null,
  seq integer not null,
  type text not null,
  at timestamptz(3) not null,
  actor jsonb not null,
  data jsonb not null,                      -- no personal data, no narrative
  sealed bytea,                             -- AES-256-GCM under the stream's key
  previous bytea not null,
  hash bytea not null,
  primary key (tenant_id, stream_id, seq)
);
create trigger events_append_only before update or delete on events
  for each row execute function refuse_change();
create trigger events_no_truncate before truncate on events
  for each statement execute function refuse_change();

create table chain_pending (                -- heads not yet under a checkpoint
  tenant_id integer not null references tenants,
  stream_id uuid not null,
  seq integer not null,
  hash bytea not null,
  primary key (tenant_id, stream_id, seq)
);

create table signing_keys (
  tenant_id integer not null references tenants,
  id text not null,
  public_key bytea not null,
  sealed_private bytea not null,
  created_at timestamptz(3) not null,
  retired_at timestamptz(3),
  primary key (tenant_id, id)
);

create table checkpoints (
  tenant_id integer not null references tenants,
  no integer not null,
  at timestamptz(3) not null,
  root bytea not null,
  size integer not null,
  previous bytea not null,
  key_id text not null,
  signature bytea not null,
  primary key (tenant_id, no)
);
create trigger checkpoints_append_only before update or delete on checkpoints
  for each row execute function refuse_change();

create table checkpoint_leaves (
  tenant_id integer not null references tenants,
  no integer not null,
  position integer not null,
  stream_id uuid not null,
  seq integer not null,
  hash bytea not null,
  primary key (tenant_id, no, position),
  foreign key (tenant_id, no) references checkpoints
);
create index checkpoint_leaves_stream on checkpoint_leaves (tenant_id, stream_id, seq);
create trigger checkpoint_leaves_append_only before update or delete on checkpoint_leaves
  for each row execute function refuse_change();

create table idempotency_keys (             -- the same form sent twice is done once
  tenant_id integer not null references tenants,
  key text not null,
  result jsonb not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, key)
);

-- Cases (projections of their events) -------------------------------------------------------------------------------

create table case_numbers (
  tenant_id integer not null references tenants,
  year integer not null,
  next integer not null,
  primary key (tenant_id, year)
);

create table drafts (                       -- a case being written; its id and key become the case's
  tenant_id integer not null references tenants,
  id uuid not null,
  secret_digest bytea not null,
  wrapped_key bytea not null,
  sealed bytea not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id)
);
create index drafts_updated on drafts (tenant_id, updated_at);

create table cases (
  tenant_id integer not null references tenants,
  id uuid not null,
  number text not null,
  receipt_digest bytea not null,
  kind text not null,
  category text not null,
  status text not null,
  open boolean not null,
  unit_id uuid not null,
  owner_id uuid,
  lead_id uuid,
  protected boolean not null,
  channel text not null,
  language text not null,
  pack_id text not null,
  pack_version text not null,
  subject text,                             -- null once the retention period has ended
  filed_at timestamptz(3) not null,
  closed_at timestamptz(3),
  due_at timestamptz(3),                    -- the next thing the institution owes
  due_kind text,
  due_from timestamptz(3),                  -- when that clock started, for the due badge
  due_provisional boolean not null default false,
  paused boolean not null default false,
  state jsonb not null,                     -- the folded state the rules decide on
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  unique (tenant_id, number),
  foreign key (tenant_id, unit_id) references units
);
create index cases_queue_all on cases (tenant_id, due_at, id) where open;
create index cases_queue_unit on cases (tenant_id, unit_id, due_at, id) where open;
create index cases_queue_owner on cases (tenant_id, owner_id, due_at, id) where open;
create index cases_queue_unassigned on cases (tenant_id, unit_id, due_at, id) where open and owner_id is null;
create index cases_filed on cases (tenant_id, filed_at, id);

create table case_texts (                   -- words to search by; gone at the end of the retention period
  tenant_id integer not null references tenants,
  case_id uuid not null,
  words tsvector not null,
  primary key (tenant_id, case_id)
);
create index case_texts_words on case_texts using gin (words);

create table obligations (
  tenant_id integer not null references tenants,
  stream_id uuid not null,
  id text not null,
  kind text not null,
  owed_by text not null,
  status text not null,
  unit_id uuid not null,
  due_at timestamptz(3) not null,
  provisional boolean not null,
  calendar_version integer not null,
  next_look_at timestamptz(3),              -- when the next warning, breach or escalation falls; null: never again
  primary key (tenant_id, stream_id, id)
);
create index obligations_due on obligations (tenant_id, next_look_at) where next_look_at is not null;
create index obligations_running on obligations (tenant_id, due_at) where status in ('open', 'paused');

-- Row-level security and grants -------------------------------------------------------------------------------------

do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = current_schema() and tablename in (
    'tenants', 'units', 'staff', 'grants', 'calendars', 'streams', 'stream_keys', 'events', 'chain_pending', 'signing_keys',
    'checkpoints', 'checkpoint_leaves', 'idempotency_keys', 'case_numbers', 'drafts', 'cases', 'case_texts', 'obligations')
  loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_tenant on %I to answerable_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t);
    execute format('grant select, insert, update, delete on %I to answerable_app', t);
  end loop;
end $$;
revoke update, delete on events, checkpoints, checkpoint_leaves, calendars from answerable_app;
revoke insert, delete on tenants from answerable_app;

-- What the application may know of all tenants: which there are and how to reach them.
create function list_tenants() returns table (tenant_id integer, host text)
  language sql stable security definer set search_path from current
  begin atomic select tenant_id, host from tenants order by tenant_id; end;

-- Jobs are enqueued in the transaction that needs them; the worker's tables stay closed to the application's role.
create function enqueue_job(task text, payload json, job_key text, run_at timestamptz, queue text) returns void
  language plpgsql security definer set search_path from current as $$
begin
  perform graphile_worker.add_job(task, payload := payload, job_key := job_key, run_at := coalesce(run_at, now()),
                                  queue_name := queue, job_key_mode := case when job_key is null then null else 'replace' end);
end $$;
revoke execute on function enqueue_job, list_tenants from public;
grant execute on function enqueue_job, list_tenants to answerable_app;
