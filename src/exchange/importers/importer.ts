import type { RowFault } from '../read-row.ts'

/** A row of a file, as it was read: its line, counted from 1, and its values in the order of the columns. */
export type Row = { readonly line: number; readonly values: readonly string[] }

/** A row that is not taken, and everything that is wrong with it. */
export type RefusedRow = { readonly row: Row; readonly faults: readonly RowFault[] }

/** What became of some rows: new here, here before, or not taken for what only the whole file tells. */
export type Taken = { imported: number; known: number; refused: readonly RefusedRow[] }

/** What one kind of import does with rows. In a dry run it writes nothing and says what it would have come to. */
export type Importer<Item> = {
  /** Rows that are written together: all or none. */
  readonly batch: number
  /** How many batches may be written at once; one after the other if not given. */
  readonly atOnce?: number
  /** What a row means, or everything that is wrong with it by itself. */
  read(row: Row): { item: Item } | { faults: readonly RowFault[] }
  /** Writes rows that are not here yet; the same rows again add nothing. */
  write(items: readonly Item[]): Promise<Taken>
  /** Rows that had to wait for others. */
  end?(): Promise<Taken>
}

/** Reads the fields of a row, by the names that the kind has for them. */
export type FieldReader = (row: Row) => (field: string) => string
