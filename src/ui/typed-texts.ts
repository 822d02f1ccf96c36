import { type Html, html, nothing } from './html.ts'

/** Fields that are never shown back or kept: who types them knows them. */
export const isSecretField = (name: string): boolean => /password|secret|code|token/i.test(name)

/** The fields of a posted form, in order; one that has several values appears as often. */
export function postedFields(body: unknown): [name: string, value: string][] {
  if (typeof body !== 'object' || body === null) return []
  return Object.entries(body).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter(one => typeof one === 'string')
      .map((one): [string, string] => [name, one]),
  )
}

/** What a person wrote into a form, to be read or copied; codes and ids of the form itself are left out. */
export function typedTexts(fields: readonly (readonly [string, string])[]): Html {
  const texts = fields
    .filter(([name, value]) => !isSecretField(name) && !name.startsWith('_') && isProse(value))
    .map(([, value]) => value)
  if (texts.length === 0) return nothing
  return html`<div class="govuk-inset-text">${texts.map(text => html`<p class="govuk-body app-typed">${text}</p>`)}</div>`
}

// An id, a code or a number says nothing to who reads it back.
const isProse = (value: string): boolean =>
  value.trim() !== '' && !/^[\w:@.-]*\d[\w:@.-]*$/.test(value) && !/^[a-z-]+$/.test(value)

/** The fields of a form once more, unseen. */
export function hiddenFields(fields: readonly (readonly [string, string])[]): Html {
  return html`${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`
}
