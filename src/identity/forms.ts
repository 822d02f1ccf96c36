import { z } from 'zod'
import { typed } from '../platform/http/form-fields.ts'
import { isOneAddress } from '../platform/mail/message.ts'
import { normalEmail } from './reads.ts'

const carried = { next: z.string().optional(), kept: z.string().optional() }

/** The sign-in form. */
export const signInForm = z.object({
  email: typed().transform(normalEmail).refine(isOneAddress, 'identity.email.missing'),
  password: typed(z.string().min(1, 'identity.password.empty')),
  ...carried,
})

/** The second step. */
export const codeForm = z.object({
  code: typed(z.string().trim().min(1, 'identity.code.missing').max(60)),
  ...carried,
})

/** Asking for a link by e-mail. */
export const forgottenForm = z.object({ email: signInForm.shape.email })

/** Choosing a password by a link. */
export const linkForm = z.object({ token: typed(), password: typed() })

const current = typed(z.string().min(1, 'identity.password.current'))

/** Changing one's own password. */
export const changePasswordForm = z.object({ current, password: typed() })

/** What only the person who knows the password may do. */
export const passwordForm = z.object({ password: current })

/** The first code from a new authenticator app; `offer` is sealed. */
export const confirmForm = z.object({
  totp: typed(z.string().trim().min(1, 'identity.code.missing').max(20)),
  offer: typed(),
})

/** Ending one session. */
export const endSessionForm = z.object({ session: z.string().max(100) })
