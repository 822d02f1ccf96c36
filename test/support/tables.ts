/**
 * Every table and what one of its rows is. A new table needs its line here, and whoever writes it asks themselves
 * whether its rows are people (promise 1).
 */
export const registerOf: Readonly<Record<string, string>> = {
  tenants: 'an institution',
  units: 'a unit of it',
  staff: 'a member of its staff',
  grants: 'a role that a member of staff holds',
  calendars: 'a version of a working calendar',
  streams: 'a chain of events',
  stream_keys: 'the key of what a chain has sealed',
  events: 'something that happened',
  chain_pending: 'the end of a chain that waits for its checkpoint',
  signing_keys: 'a key that signs checkpoints',
  checkpoints: 'a checkpoint',
  checkpoint_leaves: 'the end of a chain under a checkpoint',
  idempotency_keys: 'a form that was sent, so that it is done once',
  case_numbers: 'the next number of a year',
  drafts: 'a case being written, sealed',
  cases: 'a case',
  case_texts: 'the words of a case',
  obligations: 'something owed by a time',
  api_tokens: 'a key that lets another program in',
  'auth.user': 'the account of a member of staff',
  'auth.session': 'a browser in which one is signed in',
  'auth.account': 'a way an account signs in',
  'auth.verification': 'a link or a second step that waits to be used',
  'auth.twoFactor': 'the second step of an account',
  'auth.attempts': 'failed attempts to sign in, by a keyed digest',
  'migration.history': 'a change of this schema',
}
