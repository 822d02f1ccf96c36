const longest = 120

/**
 * The name of an upload as it may be shown and offered for saving: the base name alone, without path, control, bidi
 * or other invisible characters and without what file systems refuse, at most 120 characters. With `extensions` it
 * ends in one of them, the first unless it does already, so that it says what the file is. Never used as a path.
 */
export function displayName(sent: string, extensions: readonly string[] = []): string {
  const base = sent.split(/[/\\]/).pop() ?? ''
  const clean = base
    .normalize('NFC')
    // C: control, format (bidi, zero width), private, unassigned and lone surrogates; Zl and Zp: line breaks.
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  const dot = clean.lastIndexOf('.')
  const own = dot > 0 ? clean.slice(dot) : ''
  const known = extensions.length === 0 || extensions.includes(own.slice(1).toLowerCase())
  const ending = [...(known ? own : `.${extensions[0]}`)].slice(0, 20)
  const stem = [...((known ? clean.slice(0, clean.length - own.length) : clean) || 'file')]
  return [...stem.slice(0, longest - ending.length), ...ending].join('')
}
