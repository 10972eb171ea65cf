import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const zRow = z.strictObject({
  id: z.string(),
  says: z.string(),
  /** What the row asks for. Absent: it is only listed (an incident, a contact, a procedure that has steps). */
  danger: z.enum(['read', 'safe', 'disruptive', 'destructive', 'manual']).optional(),
  /** Of a procedure with steps: the class of its most dangerous one. */
  highest: z.enum(['read', 'safe', 'disruptive', 'destructive', 'manual']).optional(),
  /** Types of which one has to answer. Absent: any, or none at all. */
  sources: z.array(z.string()).optional(),
});

/** One row of the catalogue: something that a runbook asks for. */
export type CatalogueRow = z.infer<typeof zRow>;

const zCatalogue = z.strictObject({
  /** Profiles' system by the first part of an id: S0 is event-bus. */
  systems: z.record(z.string(), z.string()),
  rows: z.array(zRow),
});

export type RowCatalogue = z.infer<typeof zCatalogue>;

/** `docs/catalogue.json`: what the runbooks of the five systems ask for. */
export const readCatalogue = async (): Promise<RowCatalogue> =>
  zCatalogue.parse(JSON.parse(await readFile(new URL('../../docs/catalogue.json', import.meta.url), 'utf8')));

/** The rows of a system without a class that a profile lists: severities, rungs of its ladder, contacts, links. */
export const listedRows = ({ systems, rows }: RowCatalogue, system: string): readonly CatalogueRow[] =>
  rows.filter(
    ({ id, danger }) =>
      danger === undefined && systems[id.slice(0, 2)] === system && /-(?:SV|ES|CT|LK)\d+$/.test(id),
  );

/** The rows of a system that belong to a class: those that are counted. */
export const classedRows = ({ systems, rows }: RowCatalogue, system: string): readonly CatalogueRow[] =>
  rows.filter(({ id, danger }) => danger !== undefined && systems[id.slice(0, 2)] === system);
