import { type Content, type Html, html } from '../html.ts'

/** A column of a table. */
export type Column = {
  text: string
  /** Figures, which align to the right. */
  numeric?: boolean | undefined
  /** Short values that stay on one line, such as dates and tags, and leave the room to the other columns. */
  fit?: boolean | undefined
  /** A link that sorts by this column, and how the table is sorted by it now. */
  sort?: { href: string; direction?: 'ascending' | 'descending' | undefined } | undefined
}

/**
 * A table whose first cell of each row is its heading. On a phone each row becomes a card with the column's name
 * before each value, so that nothing scrolls sideways.
 */
export function table(options: {
  caption: Content
  /** Hides the caption from sight where a heading already says it. */
  captionHidden?: boolean | undefined
  columns: readonly Column[]
  rows: readonly (readonly Content[])[]
}): Html {
  const { caption, captionHidden, columns, rows } = options
  // Roles are written out because laying a table out as blocks takes its meaning away in some browsers.
  return html`<table class="govuk-table app-table" role="table"><caption class="govuk-table__caption ${captionHidden ? 'govuk-visually-hidden' : 'govuk-table__caption--m'}">${caption}</caption><thead class="govuk-table__head" role="rowgroup"><tr class="govuk-table__row" role="row">${columns.map(header)}</tr></thead><tbody class="govuk-table__body" role="rowgroup">${rows.map(
    row =>
      html`<tr class="govuk-table__row" role="row">${row.map((content, i) => cell(content, columns[i], i === 0))}</tr>`,
  )}</tbody></table>`
}

function header({ text, numeric, fit, sort }: Column): Html {
  const side = `${numeric ? ' govuk-table__header--numeric' : ''}${fit || numeric ? ' app-fit' : ''}`
  if (!sort) return html`<th scope="col" role="columnheader" class="govuk-table__header${side}">${text}</th>`
  const { href, direction } = sort
  return html`<th scope="col" role="columnheader" aria-sort="${direction ?? 'none'}" class="govuk-table__header${side}"><a class="app-sort${direction && ` app-sort--${direction}`}" href="${href}">${text}</a></th>`
}

function cell(content: Content, column: Column | undefined, isHeading: boolean): Html {
  const label = column?.text ?? ''
  if (isHeading)
    return html`<th scope="row" role="rowheader" class="govuk-table__header${column?.fit && ' app-fit'}">${content}</th>`
  return html`<td role="cell" data-label="${label}" class="govuk-table__cell${column?.numeric && ' govuk-table__cell--numeric'}${column?.fit && ' app-fit'}">${content}</td>`
}
