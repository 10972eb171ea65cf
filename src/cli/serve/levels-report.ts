import { defined } from '../../domain/base/defined.ts';
import type { FaultKind, Millis } from '../../domain/base/fault.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import { type Level, worseLevel, worstLevel } from '../../domain/facts/level.ts';
import { ageOf, type FeedState, isStale } from '../../domain/facts/reading.ts';
import type { Row, SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import type { IsoFormatter } from '../../kinds/define/fields.ts';
import { factKinds } from '../../kinds/registry/registry.ts';
import type { FactsState } from '../../store/facts.ts';

/** ok: every feed has data and no fault. partial: some have faults. down: none has fresh data. loading: nothing answered yet. */
export const sourceStates = ['ok', 'loading', 'partial', 'down'] as const;
type SourceState = (typeof sourceStates)[number];

/** The worst level of the series of a signal. `value`: of a signal with one series; null when it is unknown. */
interface SignalLevel {
  readonly id: string;
  readonly source: string;
  readonly level: Level;
  /** Number of series with a current value; null without any: the number is unknown. */
  readonly series: number | null;
  readonly value: number | null;
  readonly unit: string;
  /** Of the oldest series; null before the first reading. */
  readonly ageSeconds: number | null;
}

interface SourceLevel {
  readonly id: string;
  readonly type: string;
  readonly state: SourceState;
  /** Current faults by kind. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** Of its oldest feed; null before the first reading. */
  readonly ageSeconds: number | null;
}

/**
 * The levels that the cockpit shows, without rows, texts and labels of the monitored systems: their number depends on the profile
 * and its services, never on the traffic. Only the situation tells objects and facts.
 */
export interface LevelsReport {
  readonly opsdeck: 1;
  readonly system: string;
  readonly env: string;
  readonly at: string;
  readonly level: Level;
  /** The situation in one sentence; absent where other machines can read it. */
  readonly situation?: { readonly level: Level; readonly sentence: string };
  readonly signals: readonly SignalLevel[];
  /** The worst level of the rows of a service: health, circuit breakers, pools. */
  readonly services: readonly { readonly service: string; readonly level: Level }[];
  /**
   * Number of rows by kind and level; null while nothing current was read. `complete`: every source of the kind has current data
   * and no fault. Otherwise the numbers are lower bounds.
   */
  readonly kinds: readonly {
    readonly kind: string;
    readonly complete: boolean;
    readonly rows: Readonly<Record<Level, number>> | null;
  }[];
  readonly sources: readonly SourceLevel[];
  /** Services beyond the limit, which are left out. */
  readonly droppedServices: number;
}

/** Maximum number of services: their names come from the monitored systems. */
const mostServices = 1000;

const seconds = (ms: Millis | undefined): number | null => (ms === undefined ? null : Math.round(ms) / 1000);

const oldest = (ages: readonly (Millis | undefined)[]): Millis | undefined => {
  const known = ages.filter((age) => age !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

const signalLevel = (rows: readonly SignalRow[], now: Millis): SignalLevel | undefined => {
  const [first] = rows;
  if (first === undefined) return undefined;
  const isShown = rows.length === 1 && !first.stale && typeof first.value === 'number';
  return {
    id: first.id,
    source: first.source,
    level: worstLevel(rows.map(({ level }) => level)),
    series: rows.filter(({ value, stale }) => value !== undefined && !stale).length || null,
    value: isShown && typeof first.value === 'number' && Number.isFinite(first.value) ? first.value : null,
    unit: first.unit,
    ageSeconds: seconds(oldest(rows.map(({ at }) => (at === undefined ? undefined : Math.max(0, now - at))))),
  };
};

const serviceOf = ({ fact }: Row): string | undefined =>
  'service' in fact && typeof fact.service === 'string' && fact.service !== '' ? fact.service : undefined;

const serviceLevels = ({ kinds }: Snapshot): ReadonlyMap<string, Level> => {
  const levels = new Map<string, Level>();
  for (const kind of factKinds())
    for (const row of kinds[kind].rows) {
      const service = serviceOf(row);
      if (service !== undefined) levels.set(service, worseLevel(levels.get(service) ?? 'ok', row.level));
    }
  return levels;
};

const rowCounts = (rows: readonly Row[]): Readonly<Record<Level, number>> => {
  const counts = { ok: 0, unknown: 0, warn: 0, crit: 0 };
  for (const { level } of rows) counts[level]++;
  return counts;
};

/** The counts of one kind. A stale feed without rows says nothing about the present. */
const kindCounts = (
  kind: FactKind,
  { kinds, at }: Snapshot,
  { feeds }: FactsState,
): LevelsReport['kinds'][number] => {
  const { rows, faults, waiting } = kinds[kind];
  const read = Object.values(feeds).filter((feed) => feed.feed.kind === kind && feed.known !== undefined);
  const fresh = read.filter((feedState) => !isStale(feedState, at));
  return {
    kind,
    complete: faults.length === 0 && waiting === 0 && fresh.length === read.length,
    rows: fresh.length === 0 && rows.length === 0 ? null : rowCounts(rows),
  };
};

const stateOf = (feeds: readonly FeedState[], isOff: boolean, now: Millis): SourceState => {
  if (isOff) return 'down';
  const isLost = (feedState: FeedState): boolean =>
    feedState.losses > 0 ||
    isStale(feedState, now) ||
    (feedState.known === undefined && feedState.faults.length > 0);
  // A tunneled source has no feeds until its endpoints are known.
  if (feeds.length === 0 || feeds.every((feed) => feed.known === undefined && feed.faults.length === 0))
    return 'loading';
  if (feeds.every(isLost)) return 'down';
  if (feeds.some((feed) => isLost(feed) || feed.faults.length > 0)) return 'partial';
  return feeds.some(({ known }) => known === undefined) ? 'loading' : 'ok';
};

const sourceLevels = ({ frame, feeds }: FactsState, now: Millis): readonly SourceLevel[] =>
  Object.entries(frame.sources).map(([id, { type, problem }]) => {
    const own = Object.values(feeds).filter(({ feed }) => feed.source === id && feed.everyMs > 0);
    const faults: Partial<Record<FaultKind, number>> = {};
    for (const { kind } of [
      ...(problem === undefined ? [] : [problem]),
      ...own.flatMap((feedState) => feedState.faults),
    ])
      faults[kind] = (faults[kind] ?? 0) + 1;
    return {
      id,
      type,
      state: stateOf(own, problem !== undefined, now),
      faults,
      ageSeconds: seconds(oldest(own.map((feedState) => ageOf(feedState, now)))),
    };
  });

/** Builds the report of a snapshot and of the feeds behind it. */
export const levelsReport = (
  snapshot: Snapshot,
  facts: FactsState,
  iso: IsoFormatter,
  situation?: LevelsReport['situation'],
): LevelsReport => {
  const { at, system, env, level, kinds } = snapshot;
  const byId = Map.groupBy(snapshot.signals, ({ id }) => id);
  const services = [...serviceLevels(snapshot)].sort(([a], [b]) => (a < b ? -1 : 1));
  const isReported = (kind: FactKind): boolean => kinds[kind].isProvided || kinds[kind].faults.length > 0;
  return {
    opsdeck: 1,
    system,
    env,
    at: iso(at),
    level,
    ...defined({ situation }),
    signals: [...byId.values()].flatMap((rows) => signalLevel(rows, at) ?? []),
    services: services.slice(0, mostServices).map(([service, worst]) => ({ service, level: worst })),
    kinds: factKinds()
      .filter(isReported)
      .map((kind) => kindCounts(kind, snapshot, facts)),
    sources: sourceLevels(facts, at),
    droppedServices: Math.max(0, services.length - mostServices),
  };
};
