-- Secret calendar addresses of members of staff. The address is made of the id and a code derived from it under the
-- tenant's key, so that nothing in this table opens a calendar. A new address is a new row, and the old one is gone.
create table calendar_addresses (
  tenant_id integer not null references tenants,
  id uuid not null,
  staff_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (tenant_id, id),
  unique (tenant_id, staff_id),
  foreign key (tenant_id, staff_id) references staff
);
alter table calendar_addresses enable row level security;
create policy one_tenant on calendar_addresses to answerable_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert, delete on calendar_addresses to answerable_app;
