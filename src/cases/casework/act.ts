import type { Actor } from '../../org/may.ts'
import type { StoredFile } from '../../platform/files/accept-upload.ts'
import type { Office } from '../../platform/office.ts'
import type { FormState, Typed } from '../../ui/form/form-state.ts'
import type { Content } from '../../ui/html.ts'
import type { PageContext } from '../../ui/page-context.ts'
import type { ChangeOptions } from '../actions/change-case.ts'
import type { CaseState } from '../rules/state.ts'
import type { StaffView } from './reads.ts'

/** What a form is drawn from. */
export type FormContext = { ctx: PageContext; view: StaffView; form: FormState; typed: Typed }

/**
 * Something staff do to a case, as a form: its fields, how they are read, and the action they are for. The texts
 * around it follow from its name: `staff.do.<name>` and so on.
 */
export type Act<Input> = {
  /** What to know before doing it: what follows, and who is told. */
  about?: (at: Omit<FormContext, 'form' | 'typed'>) => Content
  fields?: (at: FormContext) => Content
  /** @throws BadInput with every fault. */
  read: (typed: Typed, at: Omit<FormContext, 'form' | 'typed'>) => Input
  /** What it comes to, shown before it is done; undefined where the form itself says it all. */
  preview?: (input: Input, at: Omit<FormContext, 'form' | 'typed'>) => Content
  run: (
    office: Office,
    actor: Actor,
    on: { id: string } & ChangeOptions,
    input: Input,
    files: StoredFile[],
  ) => Promise<CaseState>
  /** Whether documents come with it. */
  files?: boolean
}

/** An act whatever its input: it is given only what it has read itself. */
export type AnyAct = Act<unknown>

/** Declares an act, with the type of its input checked inside of it. */
export function act<Input>(one: Act<Input>): AnyAct {
  return one as AnyAct
}
