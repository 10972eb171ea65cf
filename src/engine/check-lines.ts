import type { FactKind } from '../domain/facts.ts';
import { absent, count } from '../domain/format.ts';
import { type Level, rank } from '../domain/level.ts';
import { labelValues } from '../domain/mask/label-values.ts';
import type { CheckReport } from '../kinds/check-rows.ts';
import { joined, ownLabels } from '../kinds/check-words.ts';
import { type CheckRow, type CheckWords, stateText } from '../kinds/define-kind.ts';
import { allKinds } from '../kinds/registry.ts';

/** One finding of a check as a person reads it. */
export interface CheckLine {
  readonly level: Level;
  /** The list it stands in: 'health', 'breakers', 'signals'. */
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  /** Numbers and reasons; '' when there is nothing to add. */
  readonly detail: string;
  /** Name and main value: what is left of it where many are fine. */
  readonly brief: string;
}

/** A row whose level is unknown although it has a state is an old one. */
const asOf = (level: Level, state: string, at: string | null): string | undefined =>
  level === 'unknown' && state !== 'unknown' && state !== absent && at !== null
    ? `as of ${at.slice(11, 19)}`
    : undefined;

const line = (kind: string, level: Level, at: string | null, words: CheckWords): CheckLine => {
  const { name, state, details, value = '' } = words;
  const parts = [...details, asOf(level, state, at)].filter((part) => part !== undefined && part !== '');
  return {
    level,
    kind,
    name,
    state: stateText(state),
    detail: parts.join(', '),
    brief: [name, value].filter((part) => part !== '').join(' '),
  };
};

/** The rows of a kind's list; a list that no kind fills has none. */
const rowsOf = (report: CheckReport, kind: FactKind): readonly CheckRow[] => report[kind];

const signalLines = ({ signals }: CheckReport): readonly CheckLine[] => {
  const byId = ownLabels(signals, ({ id }) => id);
  return signals.map((row) => {
    const value = typeof row.value === 'number' ? count(row.value) : (row.value ?? absent);
    const state = row.value === null || row.unit === '' ? value : `${value} ${row.unit}`;
    const labels = byId.get(row.id)?.(row.labels) ?? row.labels;
    const name = joined(row.title, ...labelValues(labels));
    return line('signals', row.level, row.at, { name, state, value: state, details: [row.fault?.message] });
  });
};

/** Every row of a report as a line, worst first; among equals in the order of the report. */
export const checkLines = (report: CheckReport): readonly CheckLine[] =>
  [
    ...signalLines(report),
    ...allKinds().flatMap((kind) =>
      kind
        .lines(rowsOf(report, kind.name as FactKind))
        .map(({ row, words }) => line(kind.name, row.level, row.at, words)),
    ),
  ].sort((a, b) => rank[b.level] - rank[a.level]);
