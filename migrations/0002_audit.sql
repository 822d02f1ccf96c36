-- What the record needs beyond its tables: keys that hand over to their successor, and grants as narrow as its promise.

-- The key that signs from the next checkpoint on; said under the old key's signature, so that a key of unknown
-- origin never takes over.
alter table checkpoints add column next_key_id text;

create trigger checkpoints_no_truncate before truncate on checkpoints
  for each statement execute function refuse_change();
create trigger checkpoint_leaves_no_truncate before truncate on checkpoint_leaves
  for each statement execute function refuse_change();

-- A stream moves on and is never removed; a head waits for its checkpoint and is never changed; of a signing key
-- only its end is written.
revoke update, delete on streams from answerable_app;
grant update (seq, head) on streams to answerable_app;
revoke update on chain_pending from answerable_app;
revoke update, delete on signing_keys from answerable_app;
grant update (sealed_private, retired_at) on signing_keys to answerable_app;
