-- What the queue asks for that the foundation did not have: cases by lead, by receiving unit, by day of filing and by
-- number; whom a case is about without reading its whole state; word search that may use its index.

-- Follow from the state by themselves, so nothing has to write them. The state of a case is some 5 kB of JSON; taking
-- these few bytes out of it for each row that a queue looks at cost 20 times as much as reading the row.
alter table cases
  add column about_units jsonb generated always as (state -> 'aboutUnits') stored,
  add column about_staff jsonb generated always as (state -> 'aboutStaff') stored,
  add column receiver_id uuid generated always as ((state -> 'redirect' ->> 'to')::uuid) stored;

-- With what decides who may see a case beside the key, counting and ordering never leave the index: of 1,000 cases that
-- are counted for a tab, each would be a page of its own.
drop index cases_queue_all, cases_queue_unit, cases_queue_owner, cases_queue_unassigned;
create index cases_queue_all on cases (tenant_id, due_at, id) include (unit_id, about_staff) where open;
create index cases_queue_unit on cases (tenant_id, unit_id, due_at, id) include (about_staff) where open;
create index cases_queue_unassigned on cases (tenant_id, unit_id, due_at, id) include (about_staff)
  where open and owner_id is null;
create index cases_queue_owner on cases (tenant_id, owner_id, due_at, id) include (unit_id, about_units, about_staff)
  where open;
create index cases_queue_lead on cases (tenant_id, lead_id, due_at, id) include (unit_id, owner_id, about_units, about_staff)
  where open;
create index cases_queue_receiver on cases (tenant_id, receiver_id, due_at, id) where receiver_id is not null;
create index cases_unit_filed on cases (tenant_id, unit_id, open, filed_at, id);
create index cases_unit_number on cases (tenant_id, unit_id, open, number);

-- The cases whose texts answer a question, or null where there are more than `most`. Row-level security would have every
-- row of the tenant read before `@@` may see it, because that operator is not leakproof, so this looks as the owner of
-- the table and holds itself to the tenant. What the planner expects is asked first, which costs 0.2 ms; to collect
-- 50,000 matches from the index, only to find that they are too many, costs 20.
create function find_case_texts(question tsquery, most integer) returns uuid[]
  language plpgsql security definer set search_path from current as $$
declare
  plan json;
  found uuid[];
begin
  execute 'explain (format json) select from case_texts where words @@ $1' into plan using question;
  if (plan -> 0 -> 'Plan' ->> 'Plan Rows')::numeric > 2 * most then
    return null;
  end if;
  execute 'select array_agg(case_id) from (select case_id from case_texts where tenant_id = current_tenant() and words @@ $1 limit $2) as matches'
    into found using question, most + 1;
  if cardinality(found) > most then
    return null;
  end if;
  return coalesce(found, '{}');
end $$;
revoke execute on function find_case_texts from public;
grant execute on function find_case_texts to answerable_app;
