/** Says below a field how many characters are left while they are typed. */
export function countCharacters(field: HTMLTextAreaElement): void {
  const message = document.getElementById(`${field.id}-limit`)
  const limit = Number(field.dataset.limit)
  if (!message || !limit) return
  // What is seen changes with each key; what is read out waits until the typing stops.
  const spoken = document.createElement('span')
  spoken.className = 'govuk-visually-hidden'
  spoken.setAttribute('aria-live', 'polite')
  const seen = document.createElement('span')
  seen.setAttribute('aria-hidden', 'true')
  const texts = message.dataset
  message.removeAttribute('id')
  message.replaceChildren(seen, spoken)
  let timer = 0
  const show = (): void => {
    // Counted as the server counts: code points, with line breaks as one.
    const left = limit - [...field.value].length
    const n = Math.abs(left)
    const text =
      (left < 0 ? (n === 1 ? texts.overOne : texts.over) : n === 1 ? texts.leftOne : texts.left) ?? ''
    seen.textContent = text.replace('%n', String(n))
    message.classList.toggle('govuk-error-message', left < 0)
    message.classList.toggle('govuk-hint', left >= 0)
    clearTimeout(timer)
    timer = window.setTimeout(() => {
      spoken.textContent = seen.textContent
    }, 1000)
  }
  field.addEventListener('input', show)
  show()
}
