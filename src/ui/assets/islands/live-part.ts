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
  const typed = (wanted: (name: string) => boolean): URLSearchParams => {
    const fields = new URLSearchParams()
    new FormData(form).forEach((value, name) => {
      if (wanted(name) && typeof value === 'string') fields.append(name, value)
    })
    return fields
  }
  let sent = ''
  let timer = 0
  const refresh = async (): Promise<void> => {
    const body = typed(name => names.includes(name)).toString()
    if (body === sent) return
    sent = body
    // What is typed into the part itself goes along, to be in it again.
    const inside = new Set([...target.querySelectorAll<HTMLInputElement>('[name]')].map(({ name }) => name))
    const fields = typed(name => names.includes(name) || inside.has(name))
    const answer = await fetch(live, { method: 'POST', body: fields, headers: { accept: 'text/html' } })
    // A slow answer to what has been typed over since is of no use.
    if (answer.ok && body === sent) target.innerHTML = await answer.text()
  }
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = window.setTimeout(() => refresh().catch(() => {}), 400)
  })
}
