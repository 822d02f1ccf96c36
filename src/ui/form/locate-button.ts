import type { T } from '../../platform/i18n/translator.ts'
import { attributes, type Html, html } from '../html.ts'

/**
 * "Use my position": fills the two named fields with the position of the device. It is hidden until scripts show it,
 * so the fields or an address must do without.
 */
export function locateButton(t: T, fields: { latitudeId: string; longitudeId: string }): Html {
  const status = `${fields.latitudeId}-status`
  return html`<div class="app-locate"><button hidden${attributes({
    type: 'button',
    class: 'govuk-button govuk-button--secondary',
    'data-locate': true,
    'data-latitude': fields.latitudeId,
    'data-longitude': fields.longitudeId,
    'data-status': status,
    'data-busy': t('ui.locate.busy'),
    'data-done': t('ui.locate.done'),
    'data-failed': t('ui.locate.failed'),
  })}>${t('ui.locate')}</button><p class="govuk-hint" id="${status}" role="status"></p></div>`
}
