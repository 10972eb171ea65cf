import { type CatalogueRow, classedRows, listedRows, type RowCatalogue } from './catalogue.ts';
import { isManual, lackOf } from './judge.ts';
import type { Shown } from './shown.ts';
import type { Touch } from './touch.ts';
import type { Written } from './written.ts';

const classes = ['read', 'safe', 'disruptive', 'destructive'] as const;

/** Coverage of a system's rows. */
export interface SystemCoverage {
  readonly system: string;
  /** Rows covered by the program. */
  readonly covered: readonly CatalogueRow[];
  /** Manual rows that an operator ticked. */
  readonly ticked: readonly CatalogueRow[];
  readonly missing: readonly { readonly row: CatalogueRow; readonly why: string }[];
  /** Severities, escalation steps, contacts and links: their number, those that no list has shown, and the lists of the others. */
  readonly listed: { readonly all: number; readonly missing: readonly CatalogueRow[]; readonly shown: Shown };
  readonly doubts: readonly string[];
}

/** Evaluates every classed row of a system from the executed entries. */
export const coverageOf = (
  catalogue: RowCatalogue,
  system: string,
  touches: readonly Touch[],
  written: Written,
  shown: Shown = {},
): SystemCoverage => {
  const judged = classedRows(catalogue, system).map((row) => ({
    row,
    why: lackOf(row, touches, written.ids),
  }));
  const listed = listedRows(catalogue, system);
  const served = judged.flatMap(({ row, why }) => (why === undefined ? [row] : []));
  return {
    system,
    covered: served.filter((row) => !isManual(row)),
    ticked: served.filter(isManual),
    missing: judged.flatMap(({ row, why }) => (why === undefined ? [] : [{ row, why }])),
    listed: {
      all: listed.length,
      missing: listed.filter(({ id }) => shown[id] === undefined),
      shown,
    },
    doubts: written.doubts,
  };
};

const count = (rows: readonly CatalogueRow[], danger: string): number =>
  rows.filter((row) => row.danger === danger).length;

const cells = (...texts: readonly string[]): string =>
  texts.map((text, index) => (index === 0 ? text.padEnd(18) : text.padStart(12))).join('');

/** A table of executed and total rows by class, with manual rows separate, and every missing row with the reason. */
export const reportLines = (all: readonly SystemCoverage[]): readonly string[] => [
  cells('', ...classes, 'all', '(ticked)'),
  ...all.map(({ system, covered, ticked, missing }) => {
    const lacking = missing.map(({ row }) => row);
    const rows = [...covered, ...lacking.filter((row) => !isManual(row))];
    const manual = [...ticked, ...lacking.filter(isManual)];
    const byClass = classes.map((danger) => `${count(covered, danger)}/${count(rows, danger)}`);
    return cells(system, ...byClass, `${covered.length}/${rows.length}`, `${ticked.length}/${manual.length}`);
  }),
  '',
  ...all.map(({ system, listed: { all: rows, missing, shown } }) => {
    const lacks = missing.length === 0 ? '' : `; not ${missing.map(({ id }) => id).join(', ')}`;
    const lists = [...Map.groupBy(Object.values(shown), (list) => list)].map(
      ([list, of]) => `${list} ${of.length}`,
    );
    return `${system}: ${rows - missing.length} of ${rows} severities, escalation levels, contacts and links are shown (${lists.join(', ')})${lacks}`;
  }),
  ...all.flatMap(({ system, missing, doubts }) => [
    '',
    missing.length === 0 ? `${system}: nothing is missing` : `${system}: missing ${missing.length}`,
    ...missing.map(
      ({ row, why }) => `  ${row.id.padEnd(10)} ${(row.danger ?? '').padEnd(12)}${why} · ${row.says}`,
    ),
    ...doubts.map((doubt) => `  doubtful: ${doubt}`),
  ]),
];
