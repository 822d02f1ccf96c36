import { attributes, type Content, type Html, html } from '../html.ts'

/** A form; one that writes is sent once however often its button is pressed, where scripts run. */
export function form(options: {
  action: string
  content: Content
  method?: 'post' | 'get' | undefined
  id?: string | undefined
  /** Whether it carries files. */
  files?: boolean | undefined
  /** Values that are sent along unseen, such as the idempotency key. */
  hidden?: Readonly<Record<string, string | number | undefined>> | undefined
}): Html {
  const { method = 'post', hidden = {} } = options
  // novalidate: the server's messages name the mistake and keep what was typed; the browser's own do neither well.
  return html`<form${attributes({
    id: options.id,
    method,
    action: options.action,
    enctype: options.files ? 'multipart/form-data' : undefined,
    novalidate: true,
    'data-once': method === 'post',
  })}>${Object.entries(hidden).map(
    ([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`,
  )}${options.content}</form>`
}
