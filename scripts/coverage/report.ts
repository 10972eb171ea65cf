import type { Touch } from '../../src/domain/touch.ts';
import { type CatalogueRow, classedRows, listedRows, type RowCatalogue } from './catalogue.ts';
import { isExcepted, lackOf } from './judge.ts';

const classes = ['read', 'safe', 'disruptive', 'destructive', 'manual'] as const;

/** How a system's rows stand. */
export interface SystemCoverage {
  readonly system: string;
  readonly covered: readonly CatalogueRow[];
  readonly missing: readonly { readonly row: CatalogueRow; readonly why: string }[];
  /** Rows that wait for a type of source that there is not yet. */
  readonly excepted: readonly CatalogueRow[];
  /** Severities, rungs, contacts and links: how many there are, and those that no profile lists. */
  readonly listed: { readonly all: number; readonly missing: readonly CatalogueRow[] };
}

/** Judges every classed row of a system by what was executed. */
export const coverageOf = (
  catalogue: RowCatalogue,
  system: string,
  touches: readonly Touch[],
  written: ReadonlySet<string>,
): SystemCoverage => {
  const judged = classedRows(catalogue, system).map((row) => ({ row, why: lackOf(row, touches, written) }));
  const listed = listedRows(catalogue, system);
  const lacking = judged.flatMap(({ row, why }) => (why === undefined ? [] : [{ row, why }]));
  return {
    system,
    covered: judged.flatMap(({ row, why }) => (why === undefined ? [row] : [])),
    missing: lacking.filter(({ row }) => !isExcepted(row)),
    excepted: lacking.filter(({ row }) => isExcepted(row)).map(({ row }) => row),
    listed: {
      all: listed.length,
      missing: listed.filter(({ id }) => !touches.some(({ ids }) => ids.includes(id))),
    },
  };
};

const count = (rows: readonly CatalogueRow[], danger: string): number =>
  rows.filter((row) => row.danger === danger).length;

const cells = (...texts: readonly string[]): string =>
  texts.map((text, index) => (index === 0 ? text.padEnd(18) : text.padStart(12))).join('');

/** A table of covered and all rows by class, and each row that is missing with why. */
export const reportLines = (all: readonly SystemCoverage[]): readonly string[] => [
  cells('', ...classes, 'all'),
  ...all.map(({ system, covered, missing, excepted }) => {
    const asked = [...covered, ...missing.map(({ row }) => row)];
    const byClass = classes.map((danger) => `${count(covered, danger)}/${count(asked, danger)}`);
    const later = excepted.length === 0 ? '' : `   and ${excepted.length} that wait for github`;
    return `${cells(system, ...byClass, `${covered.length}/${asked.length}`)}${later}`;
  }),
  '',
  ...all.map(({ system, listed: { all: rows, missing } }) => {
    const lacks = missing.length === 0 ? '' : `; not ${missing.map(({ id }) => id).join(', ')}`;
    return `${system}: ${rows - missing.length} of ${rows} severities, rungs, contacts and links are listed${lacks}`;
  }),
  ...all.flatMap(({ system, missing }) => [
    '',
    missing.length === 0 ? `${system}: nothing is missing` : `${system}: missing ${missing.length}`,
    ...missing.map(
      ({ row, why }) => `  ${row.id.padEnd(10)} ${(row.danger ?? '').padEnd(12)}${why} · ${row.says}`,
    ),
  ]),
];
