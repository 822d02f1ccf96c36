-- Tokens with which other programs come in. What is presented is kept only as a digest, so that whoever reads this
-- table can act with none of them. A token is never changed: it is made, and revoked.
create table api_tokens (
  tenant_id integer not null references tenants,
  id uuid not null,
  label text not null,                      -- of the program that holds it, never of a person
  scopes text[] not null,
  staff_id uuid,                            -- the member of staff it acts for, with what they may do and no more
  digest bytea not null,                    -- SHA-256 of the token
  limit_per_minute integer not null check (limit_per_minute > 0),
  created_at timestamptz(3) not null,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  primary key (tenant_id, id),
  unique (tenant_id, digest),
  foreign key (tenant_id, staff_id) references staff
);
alter table api_tokens enable row level security;
create policy one_tenant on api_tokens to answerable_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert, update (revoked_at) on api_tokens to answerable_app;
