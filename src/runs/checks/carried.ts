import type { Millis } from '../../domain/fault.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Clock } from '../../platform/clock.ts';
import { withDeadline } from '../planning/source-reads.ts';
import type { Carried } from './blast.ts';

const sumOf = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((sum, number) => sum + number, 0);

/** What a signal reads now, all its series together; undefined when one of them is not known. */
const signalNow = ({ signals }: Snapshot, id: string | undefined): number | undefined => {
  const rows = signals.filter((row) => row.id === id);
  const values = rows.flatMap(({ value, stale }) => (typeof value === 'number' && !stale ? [value] : []));
  return values.length < rows.length ? undefined : sumOf(values);
};

/** Connections in use in the pools that are called as one of the targets is. */
const connectionsOf = ({ kinds }: Snapshot, names: readonly string[]): number | undefined =>
  sumOf(
    kinds.pools.rows.flatMap(({ fact, stale }) =>
      !stale && (names.includes(fact.service) || names.includes(fact.name)) && fact.active !== undefined
        ? [fact.active]
        : [],
    ),
  );

/** How long the card waits for signals that nobody has read yet. */
const readMs: Millis = 5000;

/** Reads what a headless run has not read: the signals that the card is to tell of. */
const readSignals = async (
  engine: Engine,
  wanted: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> => {
  const { signals } = engine.snapshot();
  const unread = wanted.filter((id) => signals.every((row) => row.id !== id || row.value === undefined));
  const feeds = engine.feeds.filter((feed) => (feed.signals ?? []).some((id) => unread.includes(id)));
  if (feeds.length === 0) return;
  const limit = clock.deadline(readMs);
  const ids = feeds.map(({ id }) => id);
  await withDeadline((stop) => engine.readNow(ids, AbortSignal.any([stop, limit.signal])), clock, signal)
    // What could not be read stays unknown, and is not told.
    .catch(() => {});
  limit.clear();
};

/** How much the targets carry now: by the signals that the runbook names, or else by the pools. Unknown stays absent. */
export const carriedBy = async (
  { impact }: Runbook,
  names: readonly string[],
  engine: Engine,
  clock: Clock,
  signal: AbortSignal,
): Promise<Carried> => {
  const wanted = [impact?.requests, impact?.connections].filter((id) => id !== undefined);
  if (wanted.length > 0) await readSignals(engine, wanted, clock, signal);
  const snapshot = engine.snapshot();
  const connections = signalNow(snapshot, impact?.connections) ?? connectionsOf(snapshot, names);
  const requestsPerSecond = signalNow(snapshot, impact?.requests);
  return {
    ...(connections === undefined ? {} : { connections }),
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
  };
};
