/** Shows, while one types, only the choices of a long list that hold every word typed; groups without any close. */
export function searchChoices(list: HTMLElement): void {
  const field = list.querySelector<HTMLInputElement>('[data-search-field]')
  const none = list.querySelector<HTMLElement>('[data-search-none]')
  if (!field) return
  const groups = [...list.querySelectorAll<HTMLDetailsElement>('details')]
  const opened = groups.map(group => group.open)
  const items = [...list.querySelectorAll<HTMLElement>('[data-search-item]')].map(item => ({
    item,
    // The name of the group counts as part of each of its choices.
    words:
      `${item.closest('details')?.querySelector('summary')?.textContent} ${item.textContent} ${item.dataset.searchItem}`.toLowerCase(),
  }))
  const show = (): void => {
    const wanted = field.value.toLowerCase().trim().split(/\s+/)
    const isSearch = wanted[0] !== ''
    let found = 0
    for (const { item, words } of items) {
      const fits = wanted.every(word => words.includes(word))
      item.hidden = !fits
      if (fits) found++
    }
    groups.forEach((group, i) => {
      const holds = group.querySelector('[data-search-item]:not([hidden])') !== null
      group.hidden = !holds
      group.open = isSearch ? holds : (opened[i] ?? false)
    })
    if (none) none.textContent = found === 0 ? (none.dataset.searchNone ?? '') : ''
  }
  field.closest<HTMLElement>('[hidden]')?.removeAttribute('hidden')
  field.addEventListener('input', show)
  // Enter in the search field looks, it does not answer the question.
  field.addEventListener('keydown', event => {
    if (event.key === 'Enter') event.preventDefault()
  })
}
