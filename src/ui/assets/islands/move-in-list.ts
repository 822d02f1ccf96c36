/**
 * Moves from row to row of a list with j and k or the arrow keys while one of its links has the focus; Enter opens it,
 * as it does any link. Single letters act only there, so that they get in nobody's way (WCAG 2.1.4).
 */
export function moveInList(list: HTMLElement): void {
  const links = [...list.querySelectorAll<HTMLAnchorElement>('tbody a')]
  const hint = list.querySelector<HTMLElement>('[data-rows-hint]')
  if (hint) hint.hidden = false
  list.addEventListener('keydown', event => {
    const step = steps[event.key]
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return
    const at = links.indexOf(document.activeElement as HTMLAnchorElement)
    const next = links[at + step]
    if (at < 0 || !next) return
    event.preventDefault()
    next.focus()
    next.scrollIntoView({ block: 'nearest' })
  })
}

const steps: Partial<Record<string, 1 | -1>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }
