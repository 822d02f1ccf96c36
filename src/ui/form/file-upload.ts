import type { T } from '../../platform/i18n/translator.ts'
import { attributes, type Html, html } from '../html.ts'
import { describedBy, type Field, idOf, labelled } from './field.ts'

/** A field for files; a browser never shows chosen files again, so files that were taken are listed by the page. */
export function fileUpload(
  t: T,
  field: Field & {
    /** Kinds offered by the file dialog, as extensions or media types; the server decides by content. */
    accept?: string | undefined
    multiple?: boolean | undefined
  },
): Html {
  const control = html`<input${attributes({
    class: `govuk-file-upload${field.error ? ' govuk-file-upload--error' : ''}`,
    id: idOf(field),
    name: field.name,
    type: 'file',
    accept: field.accept,
    multiple: field.multiple,
    'aria-describedby': describedBy(field),
    'aria-invalid': field.error && 'true',
  })}>`
  return labelled(t, field, control)
}
