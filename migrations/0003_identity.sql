-- Staff sign-in: accounts, sessions, second factors, and the count of failed attempts.
--
-- These tables hold nothing of a tenant: an account is known here by the id of its member of staff alone; name,
-- e-mail address and roles stay in the tenant's own `staff` and `grants`. They have no tenant_id therefore, and the
-- application's role has no rights on them at all: only the owner's connection reads them, before a tenant is known
-- to be the right one. Why: docs/decisions/0003-sign-in-tables.md.
--
-- The first five are as the schema generator of better-auth writes them for our options; a test compares.

create schema auth;

create table auth."user" (
  "id" text not null primary key,
  "name" text not null,
  "email" text not null unique,             -- <staff id>@staff.invalid: a name to sign in by, nobody's address
  "emailVerified" boolean not null,
  "image" text,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz default current_timestamp not null,
  "twoFactorEnabled" boolean
);

create table auth."session" (
  "id" text not null primary key,
  "expiresAt" timestamptz not null,
  "token" text not null unique,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null,
  "ipAddress" text,                         -- always empty: where staff are is not kept
  "userAgent" text,
  "userId" text not null references auth."user" ("id") on delete cascade
);
create index "session_userId_idx" on auth."session" ("userId");

create table auth."account" (
  "id" text not null primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references auth."user" ("id") on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null
);
create index "account_userId_idx" on auth."account" ("userId");

create table auth."verification" (
  "id" text not null primary key,
  "identifier" text not null,
  "value" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz default current_timestamp not null
);
create index "verification_identifier_idx" on auth."verification" ("identifier");

create table auth."twoFactor" (
  "id" text not null primary key,
  "secret" text not null,
  "backupCodes" text not null,
  "userId" text not null references auth."user" ("id") on delete cascade,
  "verified" boolean,
  "failedVerificationCount" integer,
  "lockedUntil" timestamptz
);
create index "twoFactor_secret_idx" on auth."twoFactor" ("secret");
create index "twoFactor_userId_idx" on auth."twoFactor" ("userId");

create table auth.attempts (                -- failed sign-ins in a row, by account and by address
  key bytea primary key,                    -- a keyed digest: neither the address nor the e-mail typed can be read
  count integer not null,
  at_ms bigint not null,                    -- when the last was let through, milliseconds of the epoch
  until_ms bigint not null                  -- until when the next must wait
);
create index attempts_at on auth.attempts (at_ms);
