import { acceptedNames, acceptedTypes } from '../../../platform/files/kinds.ts'
import { languageNames } from '../../../platform/i18n/languages.ts'
import type { T } from '../../../platform/i18n/translator.ts'
import { checkboxes } from '../../../ui/form/choices.ts'
import { fileUpload } from '../../../ui/form/file-upload.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import { select } from '../../../ui/form/select.ts'
import { type Html, html } from '../../../ui/html.ts'
import { addDocuments, addNote, recuse as recuseCase, sendMessage } from '../../actions/staff.ts'
import { officerName } from '../../follow/names.ts'
import { canHandle } from '../../rules/handling.ts'
import { isAbout } from '../../rules/routing.ts'
import { act } from '../act.ts'
import { listOf, refuse, requiredText, textFaults, textField, textOf } from '../fields.ts'

/** Documents of one form: this many, of this many bytes each. */
export const maxFiles = 10
export const maxFileBytes = 15_000_000

/** Writes to the resident. */
export const message = act({
  files: true,
  fields: ({ ctx: { t }, view, form }) =>
    html`${textField(t, form, 'text', {
      label: t('staff.message.text'),
      hint: t('staff.reads', { language: languageNames[view.record.state.language] }),
      rows: 4,
    })}${filesField(t, form)}`,
  read: typed => ({ text: requiredText(typed, 'text') }),
  run: (office, actor, on, input: { text: string }, files) =>
    sendMessage(office, actor, on, { ...input, files }),
})

/** A note among those who work the case. */
export const note = act({
  fields: ({ ctx: { t }, form }) =>
    textField(t, form, 'text', { label: t('staff.note.text'), hint: t('staff.note.hint'), rows: 4 }),
  read: typed => ({ text: requiredText(typed, 'text') }),
  run: (office, actor, on, input: { text: string }) => addNote(office, actor, on, input),
})

/** Adds documents, which the resident can open too. */
export const documents = act({
  files: true,
  about: ({ ctx: { t } }) => html`<p class="govuk-body">${t('staff.about.add-document')}</p>`,
  fields: ({ ctx: { t }, form }) => filesField(t, form),
  read: () => undefined,
  run: (office, actor, on, _input, files) => addDocuments(office, actor, on, files),
})

/** Takes units or officials that the case is about off it. */
export const recuse = act({
  about: ({ ctx: { t } }) => html`<p class="govuk-body">${t('staff.about.recuse')}</p>`,
  fields: ({ ctx: { t }, view, form }) => {
    const { record, context } = view
    const { state } = record
    const { units, officers } = context.organisation
    const near = [...(units.get(state.unitId)?.path ?? []), state.redirect?.to ?? '']
    const unitChoices = [...new Set(near)].flatMap(id => {
      const unit = units.get(id)
      return unit && !isAbout(unit, state.aboutUnits) ? [{ value: id, label: unit.name[t.lang] }] : []
    })
    const able = [...officers.values()].filter(one => canHandle(state, one.id, context))
    const others = [...officers.values()].filter(
      one => !able.includes(one) && !state.aboutStaff.includes(one.id),
    )
    const unit = form.list('units')
    const staff = form.list('staff')
    return html`${checkboxes(t, { ...unit, label: t('staff.recuse.units'), labelSize: 's', small: true, choices: unitChoices })}${select(
      t,
      {
        ...form.field('other-unit'),
        label: t('staff.recuse.other-unit'),
        options: [
          { value: '', text: t('staff.none') },
          ...[...units.values()].map(one => ({
            value: one.id,
            text: `${'\u2003'.repeat(one.path.length - 1)}${one.name[t.lang]}`,
          })),
        ],
      },
    )}${checkboxes(t, {
      ...staff,
      label: t('staff.recuse.staff'),
      labelSize: 's',
      small: true,
      choices: able.map(one => ({ value: one.id, label: officerName(t, context, one.id) })),
    })}${select(t, {
      ...form.field('other-staff'),
      label: t('staff.recuse.other-staff'),
      options: [
        { value: '', text: t('staff.none') },
        ...others.map(one => ({ value: one.id, text: officerName(t, context, one.id) ?? one.name })),
      ],
    })}${textField(t, form, 'text', { label: t('staff.recuse.text'), rows: 4 })}`
  },
  read: (typed, { view: { context } }) => {
    const { units, officers } = context.organisation
    const named = [...listOf(typed, 'units'), textOf(typed, 'other-unit')].filter(id => units.has(id))
    const people = [...listOf(typed, 'staff'), textOf(typed, 'other-staff')].filter(id => officers.has(id))
    refuse([
      ...(named.length + people.length === 0 ? [{ field: 'units', text: 'cases.refused.nobody-named' }] : []),
      ...textFaults(typed, 'text', true),
    ])
    return { units: [...new Set(named)], staff: [...new Set(people)], text: textOf(typed, 'text') }
  },
  run: (office, actor, on, input: { units: string[]; staff: string[]; text: string }) =>
    recuseCase(office, actor, on, input),
})

function filesField(t: T, form: FormState): Html {
  const { value: _, ...field } = form.field('files')
  return fileUpload(t, {
    ...field,
    label: t('staff.files'),
    hint: t('staff.files.hint', {
      kinds: acceptedNames,
      files: maxFiles,
      megabytes: maxFileBytes / 1_000_000,
    }),
    accept: acceptedTypes,
    multiple: true,
  })
}
