import type { SheetsRead } from './sheets/read-xlsx.ts'

/** How far an import has come: rows read, and the share of the file, 0 to 1. */
export type Progress = { rows: number; imported: number; known: number; refused: number; share: number }

/** What an import came to. `reasons` counts refused rows by text key and column, `unknownCategories` names codes the pack lacks. */
export type ImportReport = Omit<Progress, 'share'> & {
  dryRun: boolean
  reasons: { text: string; column: string; rows: number; firstLine: number }[]
  units: readonly { en: string; 'zh-CN': string }[]
  unknownCategories: string[]
  /** Of a workbook: which of its sheets was read; reports of old do not say. */
  sheets?: SheetsRead | undefined
}
