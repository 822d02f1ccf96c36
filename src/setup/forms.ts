import { z } from 'zod'
import { passwordFault } from '../identity/passwords.ts'
import { normalEmail } from '../identity/reads.ts'
import { bothOf, nameFields } from '../org/names.ts'
import { findNewestPack } from '../packs/reads.ts'
import { choice, typed } from '../platform/http/form-fields.ts'
import { languages } from '../platform/i18n/languages.ts'
import { isOneAddress } from '../platform/mail/message.ts'
import { timeZones } from './time-zones.ts'

const person = (missing: string) => typed(z.string().trim().min(1, missing).max(100, 'org.name.long'))

/** The set-up form; every fault is named at once, that of the password too. */
export const setUpForm = z
  .object({
    ...nameFields('name'),
    language: choice(languages, 'setup.language.missing'),
    timeZone: typed().refine(zone => timeZones().includes(zone), 'setup.time-zone.missing'),
    pack: typed().refine(id => findNewestPack(id) !== undefined, 'setup.pack.missing'),
    administrator: person('setup.administrator.missing'),
    email: typed().transform(normalEmail).refine(isOneAddress, 'setup.email.missing'),
    password: typed(),
    handlesCases: z.string().optional(),
    demo: z.string().optional(),
  })
  .superRefine((form, context) => {
    const names = [form['name-en'], form['name-zh-CN']]
    if (names.every(name => name === '')) {
      context.addIssue({
        code: 'custom',
        path: [form.language === 'en' ? 'name-en' : 'name-zh-CN'],
        message: 'setup.name.missing',
      })
    }
    const fault = passwordFault('password', form.password, [...names, form.administrator, form.email])
    if (fault) {
      context.addIssue({
        code: 'custom',
        path: ['password'],
        message: fault.text,
        params: fault.values ?? {},
      })
    }
  })
  .transform(form => ({
    founding: {
      name: bothOf(form['name-en'], form['name-zh-CN']),
      language: form.language,
      timeZone: form.timeZone,
      packId: form.pack,
      administrator: {
        name: form.administrator,
        email: form.email,
        password: form.password,
        handlesCases: form.handlesCases !== undefined,
      },
      demo: form.demo !== undefined,
    },
    loadDemo: form.demo !== undefined,
  }))
