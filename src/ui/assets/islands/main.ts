// Small comforts for forms that already work without them. Each looks for its own mark in the page and leaves the
// rest alone; a browser too old for modules runs none of them.
import { countCharacters } from './count-characters.ts'
import { livePart } from './live-part.ts'
import { locate } from './locate.ts'
import { moveInList } from './move-in-list.ts'
import { offerPrinting } from './offer-printing.ts'
import { searchChoices } from './search-choices.ts'
import { submitOnce } from './submit-once.ts'

document.documentElement.classList.add('app-scripted')
for (const field of document.querySelectorAll<HTMLTextAreaElement>('textarea[data-limit]'))
  countCharacters(field)
for (const list of document.querySelectorAll<HTMLElement>('[data-search]')) searchChoices(list)
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-locate]')) locate(button)
for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-print]')) offerPrinting(button)
for (const form of document.querySelectorAll<HTMLFormElement>('form[data-once]')) submitOnce(form)
for (const part of document.querySelectorAll<HTMLElement>('[data-live]')) livePart(part)
for (const list of document.querySelectorAll<HTMLElement>('[data-rows]')) moveInList(list)

// The summary of what is wrong is the first thing to read after a form came back.
document.querySelector<HTMLElement>('[data-focus]')?.focus()
