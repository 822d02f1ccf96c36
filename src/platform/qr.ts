import { create } from 'qrcode'

/** Modules of white around the code; ISO/IEC 18004 asks for four, and scanners fail on dark pages without them. */
const quietZone = 4

/**
 * The text as a QR code in inline SVG: black on white whatever the page's colours, and announced by screen readers
 * with `alternative`. Needs neither style attributes nor scripts. Throws when the text exceeds some 2,300 bytes.
 */
export function qrSvg(text: string, alternative: string): string {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const edge = modules.size + 2 * quietZone
  let path = ''
  for (let row = 0; row < modules.size; row++) {
    // One rectangle per run of dark modules keeps a receipt's code below 4 KB.
    for (let column = 0; column < modules.size; column++) {
      let run = 0
      while (column + run < modules.size && modules.get(row, column + run)) run++
      if (run > 0) path += `M${column + quietZone} ${row + quietZone}h${run}v1h-${run}z`
      column += run
    }
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="qr-code" role="img" aria-label="${escapeAttribute(alternative)}"` +
    ` width="200" height="200" viewBox="0 0 ${edge} ${edge}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${edge}v${edge}H0z"/><path fill="#000" d="${path}"/></svg>`
  )
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"]/g, found => `&#${found.charCodeAt(0)};`)
}
