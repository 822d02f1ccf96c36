-- Webhooks by the Standard Webhooks specification: where they go, what is sent, and what became of each delivery.
create table webhook_endpoints (
  tenant_id integer not null references tenants,
  id uuid not null,
  url text not null,
  types text[] not null,                    -- the event types it wants; empty: all
  secret bytea not null,                    -- sealed under the tenant's key
  earlier_secret bytea,                     -- the one before; signs too until earlier_until
  earlier_until timestamptz(3),
  created_at timestamptz(3) not null,
  failing_since timestamptz(3),             -- the first failure since anything arrived
  disabled_at timestamptz(3),
  disabled_because text check (disabled_because in ('administrator', 'failing', 'gone')),
  primary key (tenant_id, id),
  check ((disabled_at is null) = (disabled_because is null)),
  check ((earlier_secret is null) = (earlier_until is null))
);

create table webhook_messages (             -- kept for 30 days, to be sent again
  tenant_id integer not null references tenants,
  id text not null,                         -- made of the event: relayed twice, it is one message
  type text not null,
  body text not null,                       -- as it is signed and sent
  created_at timestamptz(3) not null,
  primary key (tenant_id, id)
);
create index webhook_messages_created on webhook_messages (tenant_id, created_at);

create table webhook_deliveries (           -- one message to one endpoint
  tenant_id integer not null references tenants,
  endpoint_id uuid not null,
  message_id text not null,
  status text not null check (status in ('waiting', 'delivered', 'failed')),
  tries integer not null default 0,         -- since it was last asked for
  next_at timestamptz(3),                   -- when it is tried next
  attempts jsonb not null default '[]',     -- every attempt: when, the answer's status or what went wrong, how long
  created_at timestamptz(3) not null,
  primary key (tenant_id, endpoint_id, message_id),
  foreign key (tenant_id, endpoint_id) references webhook_endpoints on delete cascade,
  foreign key (tenant_id, message_id) references webhook_messages on delete cascade,
  check ((status = 'waiting') = (next_at is not null))
);
create index webhook_deliveries_due on webhook_deliveries (tenant_id, endpoint_id, next_at) where status = 'waiting';
create index webhook_deliveries_log on webhook_deliveries (tenant_id, endpoint_id, created_at desc, message_id desc);
create index webhook_deliveries_message on webhook_deliveries (tenant_id, message_id);

do $$
declare t text;
begin
  foreach t in array array['webhook_endpoints', 'webhook_messages', 'webhook_deliveries'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_tenant on %I to answerable_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t);
  end loop;
end $$;
grant select, insert, delete, update (types, secret, earlier_secret, earlier_until, failing_since, disabled_at, disabled_because)
  on webhook_endpoints to answerable_app;
grant select, insert, delete on webhook_messages to answerable_app;
grant select, insert, update (status, tries, next_at, attempts) on webhook_deliveries to answerable_app;
