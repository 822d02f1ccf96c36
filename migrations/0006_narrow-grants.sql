-- The application's role may do to each table what some action of the program does, and no more. What it may do is
-- written out in test/isolation/grants.txt.

-- Which tenant answers to which host, its key and its chain are set at its founding, by the owner.
revoke update on tenants from answerable_app;
grant update (name, language, pack_id, pack_version) on tenants to answerable_app;

-- Units, people, cases and their numbers stay; they end by being marked so.
revoke delete on units, staff, cases, case_numbers from answerable_app;

-- A role is given or taken back, a result that was given for a key is the result: neither becomes another. A stream's
-- key is made once and destroyed once; one that was exchanged would make what it sealed unreadable, or read differently.
revoke update on grants, idempotency_keys, stream_keys from answerable_app;

-- These two act as the owner. Temporary tables are looked at last, so that none can pass for a table of theirs.
do $$
begin
  execute format('alter function enqueue_job set search_path = %I, pg_temp', current_schema());
  execute format('alter function find_case_texts set search_path = %I, pg_temp', current_schema());
end $$;
