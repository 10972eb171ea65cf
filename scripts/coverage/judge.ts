import type { Touch } from '../../src/domain/touch.ts';
import type { CatalogueRow } from './catalogue.ts';

/** Why a row does not count; undefined where it does. */
export type Lack = string | undefined;

const fitsSource = ({ sources }: CatalogueRow, { types }: Touch): boolean =>
  sources === undefined || sources.some((type) => types.includes(type));

/** A row that only sources can serve of which there is no such type yet. */
export const isExcepted = ({ sources }: CatalogueRow): boolean =>
  sources !== undefined && sources.every((type) => type === 'github');

const each = (words: Iterable<string>): string => [...new Set(words)].join(', ');

/**
 * Whether something that was executed serves a row: an entry that names it, in just its class of danger, by a type of
 * source that it asks for. `written`: the rows that the profiles name at all.
 */
export const lackOf = (row: CatalogueRow, touches: readonly Touch[], written: ReadonlySet<string>): Lack => {
  const own = touches.filter(({ ids }) => ids.includes(row.id));
  if (own.length === 0) return written.has(row.id) ? 'no test executed it' : 'no entry covers it';
  const fits = own.filter(({ danger }) => danger === row.danger);
  if (fits.length === 0)
    return `executed as ${each(own.map(({ danger }) => danger ?? 'shown'))} by ${each(own.map(({ by }) => by))}, asked as ${row.danger}`;
  if (fits.some((touch) => fitsSource(row, touch))) return undefined;
  return `executed by ${each(fits.flatMap(({ types }) => types))}, asked of ${each(row.sources ?? [])}`;
};
