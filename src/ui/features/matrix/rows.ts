import type { Level } from '../../../domain/level.ts';
import { labelValues } from '../../../domain/mask/label-values.ts';
import type { SignalRow } from '../../../domain/snapshot.ts';
import type { PaneRow } from '../../panes/row.ts';
import { madeOnce } from '../../panes/rows-of.ts';
import { worstFirst } from '../../panes/worst-first.ts';
import { isNotKept, type View } from '../../view.ts';
import { cellOf, type MatrixCell } from './cell.ts';
import { titled } from './values.ts';
import { showsOthers } from './window.ts';

/** One signal, or one series of it, across the environments. Its level is the one it has in the open environment. */
export interface MatrixRow extends PaneRow {
  /** 'error rate %' */
  readonly titled: string;
  readonly unit: string;
  readonly own: MatrixCell;
  /** What it is in an environment. Asked for the rows that are drawn only: there may be thousands. */
  in(env: string): MatrixCell;
}

const levelOf = (cell: MatrixCell): Level => {
  if (cell.is === 'seen') return cell.signal.level;
  return cell.is === 'not-set' ? 'ok' : 'unknown';
};

const notSet: MatrixCell = { is: 'not-set' };
const notKept: MatrixCell = { is: 'not-kept' };

const labelOf = ({ title, labels }: Pick<SignalRow, 'title' | 'labels'>): string =>
  [title, ...labelValues(labels)].join(' ');

const rowOf = (view: View, signal: SignalRow, isOwn: boolean): MatrixRow => {
  const { id, unit } = signal;
  const { own: here, others, cockpit } = view;
  const key = isOwn ? signal.key : id;
  const label = isOwn ? labelOf(signal) : signal.title;
  const own = isOwn ? cellOf(here, key, id) : notSet;
  return {
    key,
    level: levelOf(own),
    label,
    text: `${label} ${id}`,
    titled: titled(label, unit),
    unit,
    own,
    in: (env) => {
      if (env === cockpit.open?.env) return own;
      return isNotKept(view, env) ? notKept : cellOf(others.get(env), key, id);
    },
    ...(isOwn && { subject: { kind: 'signal' as const, signal } }),
  };
};

/** The signals of this environment, worst first, and those that only others have, by their worst series. */
export const matrixRows = madeOnce('matrix', (view): readonly MatrixRow[] => {
  const own = view.own?.snapshot.signals ?? [];
  const known = new Set(view.own?.facts.frame.signals.map(({ id }) => id) ?? []);
  const foreign = new Map<string, SignalRow>();
  for (const { snapshot } of showsOthers(view) && view.ui.place !== 'overview' ? view.others.values() : [])
    for (const row of snapshot.signals)
      if (!known.has(row.id) && !foreign.has(row.id)) foreign.set(row.id, row);
  return [
    ...own.map((signal) => rowOf(view, signal, true)),
    ...[...foreign.values()].map((signal) => rowOf(view, signal, false)),
  ].toSorted(worstFirst);
});

/** As many rows are looked at to find how wide a column must be: more are on no screen. */
const measured = 500;

/** The first rows, by which columns are measured. */
export const measuredRows = (view: View): readonly MatrixRow[] => matrixRows(view).slice(0, measured);
