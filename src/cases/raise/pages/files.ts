import type { StoredFile } from '../../../platform/files/accept-upload.ts'
import { acceptedTypes } from '../../../platform/files/kinds.ts'
import type { T } from '../../../platform/i18n/translator.ts'
import { button, buttonGroup } from '../../../ui/form/button.ts'
import { fileUpload } from '../../../ui/form/file-upload.ts'
import { form } from '../../../ui/form/form.ts'
import type { FormState } from '../../../ui/form/form-state.ts'
import { type Content, html } from '../../../ui/html.ts'
import { maxFileBytes, maxFiles } from '../draft.ts'
import type { Asked, Question } from './question.ts'

/** Photos or documents: added in turn, each shown, each removable. */
export function filesQuestion({ ctx: { t }, files }: Question, state: FormState): Asked {
  const title = t('raise.files.title')
  const room = maxFiles - files.length
  const values = { files: maxFiles, megabytes: maxFileBytes / 1_000_000 }
  return {
    title,
    before: html`<h1 class="govuk-heading-l">${title}</h1>
<p class="govuk-hint">${t('raise.files.hint', values)}</p>
${files.length > 0 && fileList(t, files)}`,
    fields:
      room > 0 &&
      html`${fileUpload(t, {
        ...state.field('files'),
        label: t('raise.files.choose'),
        labelSize: 's',
        hint: files.length > 0 && t('raise.files.room', { n: room, files: maxFiles }),
        accept: acceptedTypes,
        multiple: true,
      })}`,
    button: buttonGroup(
      room > 0 && button({ text: t('raise.files.add'), kind: 'secondary', name: 'do', value: 'add' }),
      button({
        text: t(files.length > 0 ? 'raise.continue' : 'raise.files.none'),
        name: 'do',
        value: 'next',
      }),
    ),
  }
}

function fileList(t: T, files: readonly StoredFile[]): Content {
  return html`<h2 class="govuk-heading-s">${t('raise.files.added')}</h2><ul class="app-files">${files.map(
    file =>
      html`<li class="app-files__item">${picture(file)}<span class="app-files__name">${file.name}</span>${form(
        {
          action: '/raise/files/remove',
          hidden: { file: file.id },
          content: html`<button class="app-link-button" type="submit">${t('raise.files.remove')}<span class="govuk-visually-hidden"> ${file.name}</span></button>`,
        },
      )}</li>`,
  )}</ul>`
}

/** The small picture of a photo; its name stands beside it, so it needs no words of its own. */
function picture(file: StoredFile): Content {
  if (!file.thumbnail)
    return html`<span class="app-files__picture app-files__picture--document" aria-hidden="true"></span>`
  return html`<img class="app-files__picture" src="/raise/files/${file.id}?size=small" alt="" width="72" height="72" loading="lazy">`
}
