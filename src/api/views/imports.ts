import { z } from 'zod'
import { fieldsOf, importKinds } from '../../exchange/fields.ts'
import type { Inspection } from '../../exchange/inspect-file.ts'
import { listMappings } from '../../exchange/load-mapping.ts'
import { hasRejected } from '../../exchange/rejected-rows.ts'
import type { Run, RunFolder } from '../../exchange/run.ts'
import { encodings } from '../../exchange/sheets/encoding.ts'
import type { T } from '../../platform/i18n/translator.ts'
import { bothNames, instant, uuid, written } from './common.ts'

/** What comes with the file of an import. */
export const importFields = z.strictObject({
  kind: z.enum(importKinds).meta({ description: 'api.field.import.kind' }),
  mapping: z
    .enum(listMappings() as [string, ...string[]])
    .optional()
    .meta({ description: 'api.field.import.ready' }),
})

/** What is said of a file; what is not named stays as it was. */
export const mappingFields = z.strictObject({
  columns: z
    .record(z.string().max(100), z.string().min(1).max(500))
    .optional()
    .meta({ description: 'api.field.import.columns' }),
  encoding: z.enum(encodings).optional().meta({ description: 'api.field.import.encoding' }),
  dateFormat: z.string().max(100).optional().meta({ description: 'api.field.import.date-format' }),
  source: z.string().max(100).optional().meta({ description: 'api.field.import.source' }),
  createUnits: z.boolean().optional().meta({ description: 'api.field.import.create-units' }),
})

const counts = {
  rows: z.int(),
  imported: z.int(),
  known: z.int().meta({ description: 'api.field.import.known' }),
  refused: z.int(),
}

/** A file that was brought in. */
export const importSchema = z
  .object({
    id: uuid,
    kind: z.enum(importKinds),
    file: z.string(),
    by: uuid,
    status: z
      .enum(['mapping', 'checking', 'checked', 'running', 'done', 'failed', 'discarded'])
      .meta({ description: 'api.field.import.status' }),
    broughtAt: instant,
    changedAt: instant,
    mapping: z.string().nullable().meta({ description: 'api.field.import.ready' }),
    columns: z.record(z.string(), z.string()).meta({ description: 'api.field.import.columns' }),
    encoding: z.enum(encodings).nullable(),
    dateFormat: z.string(),
    source: z.string(),
    createUnits: z.boolean(),
    progress: z
      .object({ ...counts, share: z.number().meta({ description: 'api.field.import.share' }) })
      .nullable()
      .meta({ description: 'api.field.import.progress' }),
    result: z
      .object({
        ...counts,
        dryRun: z.boolean(),
        seconds: z.number(),
        reasons: z.array(
          z.object({ reason: z.string(), column: z.string().nullable(), rows: z.int(), firstLine: z.int() }),
        ),
        units: z.array(bothNames).meta({ description: 'api.field.import.units' }),
      })
      .nullable()
      .meta({ description: 'api.field.import.result' }),
    fault: z.string().nullable().meta({ description: 'api.field.import.fault' }),
    rejected: z.string().nullable().meta({ description: 'api.field.import.rejected' }),
  })
  .meta({ id: 'Import' })

/** An import as it stands; `folder` is where its files are. */
export function viewImport(t: T, run: Run, folder: RunFolder): z.input<typeof importSchema> {
  const { reading, report } = run
  return {
    id: run.id,
    kind: run.kind,
    file: run.fileName,
    by: run.staffId,
    status: run.status,
    broughtAt: written(run.createdAt),
    changedAt: written(run.updatedAt),
    mapping: reading.mapping ?? null,
    columns: { ...reading.choice },
    encoding: reading.encoding ?? null,
    dateFormat: reading.dateFormat,
    source: reading.source,
    createUnits: reading.createUnits,
    progress: report && 'progress' in report ? report.progress : null,
    result: report && 'done' in report ? viewResult(t, report) : null,
    fault: report && 'fault' in report ? t.stored(report.fault.text, report.fault.values) : null,
    rejected: hasRejected(run, folder) ? `/api/v1/imports/${run.id}/rejected` : null,
  }
}

type Done = Extract<NonNullable<Run['report']>, { done: unknown }>

function viewResult(t: T, { done, seconds }: Done) {
  const { rows, imported, known, refused, dryRun, reasons, units } = done
  return {
    rows,
    imported,
    known,
    refused,
    dryRun,
    seconds,
    reasons: reasons.map(one => ({
      reason: t.stored(`exchange.reason.${one.text.slice('exchange.row.'.length)}`),
      column: one.column || null,
      rows: one.rows,
      firstLine: one.firstLine,
    })),
    units: units.map(unit => ({ ...unit })),
  }
}

/** What a file looks like, and what its columns seem to be. */
export const columnsSchema = z
  .object({
    format: z.enum(['csv', 'xlsx']),
    encoding: z.enum(encodings).nullable(),
    delimiter: z.string().nullable(),
    dateFormat: z.string().nullable(),
    columns: z.array(
      z.object({
        name: z.string(),
        samples: z.array(z.string()).meta({ description: 'api.field.import.samples' }),
      }),
    ),
    fields: z
      .array(
        z.object({
          name: z.string(),
          label: z.string(),
          required: z.boolean(),
          column: z.string().nullable(),
        }),
      )
      .meta({ description: 'api.field.import.fields' }),
  })
  .meta({ id: 'ImportColumns' })

/** The columns of a file beside its first rows. */
export function viewColumns(t: T, { kind, reading }: Run, seen: Inspection): z.input<typeof columnsSchema> {
  return {
    format: seen.format,
    encoding: seen.encoding ?? null,
    delimiter: seen.delimiter ?? null,
    dateFormat: reading.dateFormat || (seen.dateFormat ?? null),
    columns: seen.columns.map((name, at) => ({ name, samples: seen.samples.map(row => row[at] ?? '') })),
    fields: fieldsOf[kind].map(({ name, label, required }) => ({
      name,
      label: t.stored(label),
      required,
      column: reading.choice[name] ?? null,
    })),
  }
}
