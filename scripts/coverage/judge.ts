import type { CatalogueRow } from './catalogue.ts';
import type { Touch, TouchKind } from './touch.ts';

/** Reason why a row is not covered; undefined if it is. */
export type Lack = string | undefined;

const fitsSource = ({ sources }: CatalogueRow, { types }: Touch): boolean =>
  sources === undefined || sources.some((type) => types.includes(type));

/** A row that an operator ticks; counted separately from automated rows. */
export const isManual = ({ danger }: CatalogueRow): boolean => danger === 'manual';

const reads: readonly TouchKind[] = ['signal', 'view', 'diagnose', 'verify'];
const steps: readonly TouchKind[] = ['diagnose', 'act', 'verify'];

/**
 * Profile sections that can cover a row. A number, threshold, log or URL: anything that reads it. A diagnosis: a diagnose step,
 * or an act step if it interrupts something. Others: steps of runbooks.
 */
export const kindsOf = ({ id, danger }: CatalogueRow): readonly TouchKind[] => {
  const changes = danger !== 'read';
  if (/-R\d+$/.test(id)) return changes ? [...reads, 'act'] : reads;
  if (/-D\d+$/.test(id)) return changes ? ['act'] : ['diagnose'];
  return steps;
};

const each = (words: Iterable<string>): string => [...new Set(words)].join(', ');

/**
 * True if an entry of this class serves a row of that one: the same, or a destructive entry where the row asks for a
 * disruptive one. Its gates include those that the row asks for, as of a console without a mode that only reads.
 */
const fitsDanger = ({ danger: askedDanger }: CatalogueRow, { danger }: Touch): boolean =>
  danger === askedDanger || (askedDanger === 'disruptive' && danger === 'destructive');

/** Executed entries that cover a row, with matching kind, danger class and source type. */
export const serving = (row: CatalogueRow, touches: readonly Touch[]): readonly Touch[] =>
  touches.filter(
    (touch) =>
      touch.ids.includes(row.id) &&
      kindsOf(row).includes(touch.kind) &&
      fitsDanger(row, touch) &&
      fitsSource(row, touch),
  );

/** Reason why no executed entry covers a row. `written`: all rows that the profiles name. */
export const lackOf = (row: CatalogueRow, touches: readonly Touch[], written: ReadonlySet<string>): Lack => {
  if (serving(row, touches).length > 0) return undefined;
  const own = touches.filter(({ ids }) => ids.includes(row.id));
  if (own.length === 0) return written.has(row.id) ? 'no test executed it' : 'no entry covers it';
  const ofKind = own.filter(({ kind }) => kindsOf(row).includes(kind));
  if (ofKind.length === 0)
    return `claimed by ${each(own.map(({ by }) => by))}, served by ${each(kindsOf(row))} alone`;
  const ofClass = ofKind.filter((touch) => fitsDanger(row, touch));
  if (ofClass.length === 0)
    return `executed as ${each(ofKind.map(({ danger }) => danger ?? 'shown'))} by ${each(ofKind.map(({ by }) => by))}, asked as ${row.danger}`;
  return `executed by ${each(ofClass.flatMap(({ types }) => types))}, asked of ${each(row.sources ?? [])}`;
};
