import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { ChangeCoverage, JournalEntry, JournalKind, RecentChange } from '../../domain/facts/journal.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { callWithDeadline } from '../../scheduler/call-with-deadline.ts';
import type { Source } from '../../sources/kit/contract/source.ts';

/** Time span before the start for which recorded changes are read. */
const recordedChangesMs: Millis = 6 * 3_600_000;

/** Time limit per source. */
const timeoutMs: Millis = 20_000;

/** Two reports of one change differ by this much at most: a source records it, and a reading shows it. */
const sameChangeMs: Millis = 90_000;

const deployments: ReadonlySet<JournalKind> = new Set<JournalKind>(['rollout', 'image', 'config']);

/** True if both report the same change: the same text, or a deployment of the same object at about the same time. */
const isSame = (a: JournalEntry, b: JournalEntry): boolean =>
  a.what === b.what &&
  a.source === b.source &&
  Math.abs(a.at - b.at) <= sameChangeMs &&
  ((a.kind === b.kind && a.change === b.change) || (deployments.has(a.kind) && deployments.has(b.kind)));

/** Inserts recorded changes into the journal by time, without those that it has. */
export const withRecordedChanges = (
  journal: readonly JournalEntry[],
  source: string,
  changes: readonly RecentChange[],
): readonly JournalEntry[] => {
  const fresh = changes
    .map((change): JournalEntry => ({ ...change, source }))
    .filter((entry) => !journal.some((known) => isSame(known, entry)));
  return fresh.length === 0 ? journal : [...fresh, ...journal].toSorted((a, b) => a.at - b.at);
};

/** A source that records changes; without `source`, why it is not open. */
export interface ChangeRecorder {
  readonly id: string;
  readonly source?: Pick<Source, 'recentChanges'>;
  readonly problem?: Fault;
}

/** Reports the changes of one source as soon as they are read, and the coverage so far. */
type Report = (source: string, changes: readonly RecentChange[], coverage: ChangeCoverage) => void;

/** Reads what the sources recorded before the environment was opened, each once. Never rejects. */
export const readRecordedChanges = async (
  recorders: readonly ChangeRecorder[],
  clock: Clock,
  stop: AbortController,
  report: Report,
): Promise<void> => {
  const since = clock.now() - recordedChangesMs;
  const read: string[] = [];
  const unread: Fault[] = recorders.flatMap(({ source, problem }) =>
    source?.recentChanges === undefined && problem !== undefined ? [problem] : [],
  );
  const askedRecorders = recorders.filter(({ source }) => source?.recentChanges !== undefined);
  let waiting = askedRecorders.length;
  const coverage = (): ChangeCoverage => ({
    since,
    read: [...read].sort(),
    unread: [...unread],
    isReading: waiting > 0,
  });
  if (waiting === 0) report('', [], coverage());
  await Promise.all(
    askedRecorders.map(async ({ id, source }) => {
      const own = new AbortController();
      stop.signal.addEventListener('abort', () => own.abort(stop.signal.reason), { once: true });
      const call = async (signal: AbortSignal) => source?.recentChanges?.(since, signal);
      const outcome = await callWithDeadline(call, clock, timeoutMs, own).outcome;
      waiting -= 1;
      if (stop.signal.aborted) return;
      const reading = outcome.is === 'answered' ? outcome.value : undefined;
      const failed =
        outcome.is === 'threw'
          ? [toFault(id, 'recent changes', outcome.error, clock.now())]
          : outcome.is === 'overdue'
            ? [toFault(id, 'recent changes', new Error('no answer in time'), clock.now())]
            : (reading?.faults ?? []);
      unread.push(...failed);
      if (reading !== undefined && failed.length === 0) read.push(id);
      report(id, reading?.changes ?? [], coverage());
    }),
  );
};
