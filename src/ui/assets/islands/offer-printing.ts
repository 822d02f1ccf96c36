/** Shows a button that prints the page; without scripts there is none, and the browser's own menu does it. */
export function offerPrinting(button: HTMLButtonElement): void {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
