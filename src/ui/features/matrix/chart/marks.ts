import type { Millis } from '../../../../domain/fault.ts';
import type { JournalEntry, JournalKind } from '../../../../domain/journal.ts';

/** A kind of event on the time axis. */
interface MarkKind {
  readonly letter: string;
  readonly noun: string;
  readonly of: ReadonlySet<JournalKind>;
}

/** The kinds of marks, most important first: where several share a cell, the first is drawn. */
const markKinds: readonly MarkKind[] = [
  { letter: 'D', noun: 'deploy', of: new Set(['rollout', 'image', 'config']) },
  { letter: 'R', noun: 'run', of: new Set(['run']) },
  { letter: 'A', noun: 'alert', of: new Set(['alert']) },
];

/** The events in one cell of the time axis. */
export interface ChartMark {
  readonly cell: number;
  readonly letter: string;
  /** Oldest first. */
  readonly entries: readonly JournalEntry[];
}

interface MarkedRange {
  readonly from: Millis;
  readonly cellMs: Millis;
  readonly cells: number;
}

const kindOf = ({ kind }: JournalEntry): MarkKind | undefined => markKinds.find(({ of }) => of.has(kind));

/** Returns the deploys, runs and alerts of the journal by cell, left to right. `journal`: oldest first. */
export const chartMarks = (
  journal: readonly JournalEntry[],
  { from, cellMs, cells }: MarkedRange,
): readonly ChartMark[] => {
  const shown = journal.filter((entry) => entry.at >= from && kindOf(entry) !== undefined);
  const byCell = Map.groupBy(shown, ({ at }) => Math.floor((at - from) / cellMs));
  return [...byCell]
    .filter(([cell]) => cell < cells)
    .map(([cell, entries]) => {
      const [first] = markKinds.filter((kind) => entries.some((entry) => kindOf(entry) === kind));
      return { cell, letter: first?.letter ?? '', entries };
    })
    .toSorted((a, b) => a.cell - b.cell);
};

/** Counts the events by kind: 'D 2 deploys · R 1 run'. */
export const markLegend = (marks: readonly ChartMark[]): string => {
  const entries = marks.flatMap((mark) => mark.entries);
  return markKinds
    .flatMap(({ letter, noun, of }) => {
      const count = entries.filter(({ kind }) => of.has(kind)).length;
      return count === 0 ? [] : [`${letter} ${count} ${noun}${count === 1 ? '' : 's'}`];
    })
    .join(' · ');
};
