import type { Millis } from '../../../domain/base/fault.ts';
import type { JournalEntry, JournalKind } from '../../../domain/facts/journal.ts';
import type { KindView } from '../../../domain/facts/snapshot.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { alertSubject } from '../../../kinds/alerts/merged-alerts.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { ownJournal } from '../run-words/drills.ts';

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
  { letter: 'N', noun: 'annotation', of: new Set(['annotation']) },
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

/** The letter of an event on the time axis; undefined if it is not marked. */
export const markLetter = (entry: JournalEntry): string | undefined => kindOf(entry)?.letter;

/** Returns the deploys, runs, alerts and annotations among events by cell, left to right. `events`: oldest first. */
export const chartMarks = (
  events: readonly JournalEntry[],
  { from, cellMs, cells }: MarkedRange,
): readonly ChartMark[] => {
  const shown = events.filter((entry) => entry.at >= from && kindOf(entry) !== undefined);
  const byCell = Map.groupBy(shown, ({ at }) => Math.floor((at - from) / cellMs));
  return [...byCell]
    .filter(([cell]) => cell < cells)
    .map(([cell, entries]) => {
      const [first] = markKinds.filter((kind) => entries.some((entry) => kindOf(entry) === kind));
      return { cell, letter: first?.letter ?? '', entries };
    })
    .toSorted((a, b) => a.cell - b.cell);
};

/** The alerts that were firing when they were first read, at their own start: the journal has changes only. */
const standingAlerts = (
  alerts: KindView<'alerts'>['rows'],
  journal: readonly JournalEntry[],
): readonly JournalEntry[] => {
  const noted = new Set(journal.flatMap(({ kind, row }) => (kind === 'alert' ? [row] : [])));
  return alerts.flatMap(({ key, level, fact }): readonly JournalEntry[] => {
    const { name, state, since, labels, source } = fact;
    if (since === undefined || state !== 'firing' || noted.has(key)) return [];
    const what = ['alert', name, alertSubject(labels)].filter((part) => part !== '').join(' ');
    return [{ at: since, kind: 'alert', level, what, change: 'started firing', row: key, source }];
  });
};

/** Returns the events of the open environment, oldest first: its journal, and alerts that began before it. */
export const chartEvents = (view: RenderContext): readonly JournalEntry[] => {
  const { own } = view;
  const journal = ownJournal(view);
  const alerts = own === undefined ? [] : standingAlerts(own.snapshot.kinds.alerts.rows, journal);
  return alerts.length === 0 ? journal : [...journal, ...alerts].toSorted((a, b) => a.at - b.at);
};

/** Counts the events by kind: 'D 2 deploys · R 1 run'. */
export const markLegend = (marks: readonly ChartMark[]): string => {
  const entries = marks.flatMap((mark) => mark.entries);
  return markKinds
    .flatMap(({ letter, noun, of }) => {
      const count = entries.filter(({ kind }) => of.has(kind)).length;
      return count === 0 ? [] : [`${letter} ${pluralize(count, noun)}`];
    })
    .join(' · ');
};
