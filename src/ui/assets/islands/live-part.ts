/**
 * Keeps a part of the page up to date while a form is filled in: sends the fields it depends on, and nothing else of
 * the form, and shows what comes back. A press of the form's own button does the same without scripts.
 */
export function livePart(holder: HTMLElement): void {
  const { live, liveTarget = '', liveFields = '' } = holder.dataset
  const form = holder.querySelector('form')
  const target = document.getElementById(liveTarget)
  if (!form || !target || !live) return
  const names = liveFields.split(' ')
  let sent = ''
  let timer = 0
  const refresh = async (): Promise<void> => {
    const fields = new URLSearchParams()
    new FormData(form).forEach((value, name) => {
      if (names.includes(name) && typeof value === 'string') fields.append(name, value)
    })
    const body = fields.toString()
    if (body === sent) return
    sent = body
    const answer = await fetch(live, { method: 'POST', body: fields, headers: { accept: 'text/html' } })
    // A slow answer to what has been typed over since is of no use.
    if (answer.ok && body === sent) target.innerHTML = await answer.text()
  }
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = window.setTimeout(() => refresh().catch(() => {}), 400)
  })
}
