import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const zRow = z.strictObject({
  id: z.string(),
  says: z.string(),
  /** Class of the requirement. Absent: the row is only listed (an incident, a contact, a procedure with steps). */
  danger: z.enum(['read', 'safe', 'disruptive', 'destructive', 'manual']).optional(),
  /** For a procedure with steps: the class of its most dangerous step. */
  highest: z.enum(['read', 'safe', 'disruptive', 'destructive', 'manual']).optional(),
  /** Source types, one of which must respond. Absent: any, or none. */
  sources: z.array(z.string()).optional(),
});

/** One row of the catalog: a requirement of a runbook. */
export type CatalogueRow = z.infer<typeof zRow>;

const zCatalogue = z.strictObject({
  /** System by the prefix of a row ID: S0 is event-bus. */
  systems: z.record(z.string(), z.string()),
  rows: z.array(zRow),
});

export type RowCatalogue = z.infer<typeof zCatalogue>;

/** `docs/catalogue.json`: requirements of the runbooks of the five systems. */
export const readCatalogue = async (): Promise<RowCatalogue> =>
  zCatalogue.parse(JSON.parse(await readFile(new URL('../../docs/catalogue.json', import.meta.url), 'utf8')));

/** Rows of a system without a class that a profile lists: severities, escalation steps, contacts, links. */
export const listedRows = ({ systems, rows }: RowCatalogue, system: string): readonly CatalogueRow[] =>
  rows.filter(
    ({ id, danger }) =>
      danger === undefined && systems[id.slice(0, 2)] === system && /-(?:SV|ES|CT|LK)\d+$/.test(id),
  );

/** Rows of a system with a class, which are counted. */
export const classedRows = ({ systems, rows }: RowCatalogue, system: string): readonly CatalogueRow[] =>
  rows.filter(({ id, danger }) => danger !== undefined && systems[id.slice(0, 2)] === system);
