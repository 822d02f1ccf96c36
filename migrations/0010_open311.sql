-- What the Open311 interface needs: which key a request was filed with, whom it may be shown to, and what changed when.

create table open311_requests (
  tenant_id integer not null references tenants,
  case_id uuid not null,
  token_id uuid not null,                   -- the key it was filed with, which may read it in full
  reference bytea,                          -- SHA-256 of what its sender calls it, so that sending twice files once
  primary key (tenant_id, case_id),
  unique (tenant_id, token_id, reference),
  foreign key (tenant_id, case_id) references cases,
  foreign key (tenant_id, token_id) references api_tokens
);
alter table open311_requests enable row level security;
create policy one_tenant on open311_requests to answerable_app
  using (tenant_id = current_tenant()) with check (tenant_id = current_tenant());
grant select, insert on open311_requests to answerable_app;

-- Whether the public may know more of a case than its number and status, and so whether it may be in a list: who asked
-- for protection or chose to be nobody is in none, and no complaint about a unit, an official or retaliation is.
-- What was imported is listed for keys alone.
-- A column of its own, because taking this out of the state of each row would cost 20 times as much as the row.
alter table cases add column listed boolean not null generated always as (coalesce(
  not protected and state -> 'retaliation' = 'false' and state -> 'aboutUnits' = '[]' and state -> 'aboutStaff' = '[]'
  and (state -> 'protection' = '"named"' or channel in ('import', 'open311')), false)) stored;
create index cases_updated on cases (tenant_id, updated_at, id) where listed;

-- The updates of all cases, by time: the events that change where a request stands. A filing writes none of them.
create index events_updates on events (tenant_id, at, stream_id, seq) where type in (
  'redirect.proposed', 'redirect.confirmed', 'redirect.refused', 'redirect.ended', 'case.accepted', 'case.declined',
  'information.asked', 'information.given', 'information.lapsed', 'answer.given', 'review.asked', 'review.sent-back',
  'remedy.done', 'case.closed', 'case.reopened', 'case.withdrawn');
