-- A file that an administrator brings in, from its upload to its end. The file itself is in the data directory until
-- then; here is how its columns are understood and what came of it.
create table import_runs (
  tenant_id integer not null references tenants,
  id uuid not null,
  kind text not null check (kind in ('units', 'staff', 'categories', 'cases')),
  file_label text not null,                 -- as it was called where it came from
  staff_id uuid not null,                   -- who brought it
  status text not null check (status in ('mapping', 'checking', 'checked', 'running', 'done', 'failed', 'discarded')),
  reading jsonb not null,                   -- how the file is read and which column fills which field
  report jsonb,                             -- how far it has come, or what came of it
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, staff_id) references staff
);
create index import_runs_created on import_runs (tenant_id, created_at desc);

-- What the institution itself calls categories of the rules: the names in its own files. Rules are data of the
-- product; a name here never makes a category, it leads to one.
create table category_names (
  tenant_id integer not null references tenants,
  label text not null,                      -- as it is compared: without case, width and spaces
  category text not null,
  kind text,
  created_at timestamptz(3) not null,
  primary key (tenant_id, label)
);

do $$
declare t text;
begin
  foreach t in array array['import_runs', 'category_names'] loop
    execute format('alter table %I enable row level security', t);
    execute format('create policy one_tenant on %I to answerable_app using (tenant_id = current_tenant()) with check (tenant_id = current_tenant())', t);
  end loop;
end $$;
grant select, insert, update (kind, status, reading, report, updated_at) on import_runs to answerable_app;
grant select, insert, update (category, kind, created_at) on category_names to answerable_app;
