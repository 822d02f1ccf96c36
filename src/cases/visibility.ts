import { type Expression, type SqlBool, sql } from 'kysely'
import { type Actor, type Grant, may } from '../org/may.ts'
import type { Organisation } from '../org/reads.ts'
import { caseActions } from './permissions.ts'
import { receiverOf, resourceOf } from './reads.ts'
import type { CaseState } from './rules/state.ts'

const { read } = caseActions

/** Whether an actor may read a case: as staff of the unit that has it, or of the one that was asked to take it over. */
export function mayRead(actor: Actor, state: CaseState, organisation: Organisation): boolean {
  if (may(actor, read, resourceOf(state, organisation))) return true
  return state.redirect !== null && may(actor, read, receiverOf(state, organisation))
}

/** Whose cases an actor may read, in the terms of the queue's indexes; `mayRead` for SQL. */
export type Scope = {
  staffId: string
  /** All units: the reader serves the whole institution. */
  whole: boolean
  /** The units of the reader's own roles, with all below them. */
  units: readonly string[]
  /** What must hold besides for a case of these units, of this owner or of this lead. Names columns of `cases`. */
  allows: Expression<SqlBool>
  /** What must hold besides for a case that the reader owns or leads: they keep it by a grant outside of what it is about. */
  keeps: Expression<SqlBool>
}

const wholeTenant: readonly string[] = ['auditor', 'administrator']

/** The scope of an actor. A test compares it with `mayRead` over random cases and actors. */
export function scopeOf(actor: Actor, organisation: Organisation): Scope {
  const readers = actor.grants.filter(grant => (read.by as readonly string[]).includes(grant.role))
  const held = new Set(readers.map(grant => grant.unitId))
  const units = [...organisation.units.values()].filter(unit => unit.path.some(id => held.has(id)))
  return {
    staffId: actor.staffId,
    whole: readers.some(grant => wholeTenant.includes(grant.role)),
    units: units.map(unit => unit.id),
    allows: sql<SqlBool>`not (cases.about_staff ? ${actor.staffId})`,
    keeps: worksOutside(actor.grants),
  }
}

function worksOutside(grants: readonly Grant[]): Expression<SqlBool> {
  if (grants.length === 0) return sql<SqlBool>`false`
  const outside = grants.map(grant => sql`not (cases.about_units ?| ${[...grant.unitPath]}::text[])`)
  return sql<SqlBool>`(${sql.join(outside, sql` or `)})`
}
