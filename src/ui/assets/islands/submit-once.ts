/** Sends a form once however often its button is pressed; after ten seconds without a new page it may be sent again. */
export function submitOnce(form: HTMLFormElement): void {
  let sent = 0
  const mark = (busy: boolean): void => {
    for (const button of form.querySelectorAll('button')) {
      // Not `disabled`: a disabled button's value would be missing from what is sent.
      if (busy) button.setAttribute('aria-disabled', 'true')
      else button.removeAttribute('aria-disabled')
    }
  }
  form.addEventListener('submit', event => {
    if (Date.now() - sent < 10_000) return event.preventDefault()
    sent = Date.now()
    mark(true)
    setTimeout(mark, 10_000, false)
  })
  // Coming back with the browser's button shows the page as it was left, busy button included.
  window.addEventListener('pageshow', () => {
    sent = 0
    mark(false)
  })
}
