import { createHash } from 'node:crypto'
import { access, constants, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { makeFolder, settle } from '../disk.ts'
import { type Mail, MailFailed, type Transport } from './message.ts'

/** Writes each e-mail to an `.eml` file, whole or not at all; any mail program opens them. */
export function fileTransport(folder: string): Transport {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })
  return {
    async send(mail, message) {
      try {
        const { message: content } = await composer.sendMail(message)
        const path = join(folder, fileName(mail))
        await makeFolder(folder)
        await writeFile(`${path}.part`, content as Buffer, { mode: 0o600 })
        await settle(`${path}.part`, path)
      } catch (error) {
        throw new MailFailed('e-mail not written to its file', true, error)
      }
    },
    async verify() {
      try {
        await makeFolder(folder)
        await access(folder, constants.W_OK)
      } catch (error) {
        throw new MailFailed(`e-mail cannot be written to ${folder}`, true, error)
      }
    },
    close: () => composer.close(),
  }
}

// By time, then the digest of the id: in order when listed, and the same e-mail sent again is the same file.
function fileName(mail: Mail): string {
  const time = mail.at.toString({ fractionalSecondDigits: 3 }).replace(/:/g, '-')
  return `${time}-${createHash('sha256').update(mail.id).digest('hex').slice(0, 12)}.eml`
}

/** Removes e-mail in files that nobody has fetched since a time; gives how many there were. */
export async function sweepLetters(folder: string, before: Temporal.Instant): Promise<number> {
  let removed = 0
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (!found || found.mtimeMs >= before.epochMilliseconds) continue
    await rm(path, { force: true })
    removed++
  }
  return removed
}
