import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { FeedInfo, FeedKind, FeedState, LastReading } from '../../domain/facts/reading.ts';
import type { TimedValue, ValueSeries } from '../../domain/facts/value-series.ts';
import type { SignalSpec } from '../../domain/profile/profile.ts';
import type { FactsState } from '../facts.ts';
import {
  decodeRow,
  derivedPart,
  headRow,
  infoRow,
  isFeedPart,
  itemMark,
  type OmittedRows,
  type ParsedSnapshotDoc,
  sampleMark,
  sincePart,
  sourcesPart,
  verdictsPart,
} from './snapshot-doc.ts';

/** State of an environment at a past time. Times are wall-clock ms of this machine. */
export type PastSnapshot =
  | {
      readonly is: 'kept';
      /** Time of the snapshot: the requested time or shortly before it. */
      readonly at: Millis;
      readonly state: FactsState;
      /** The same time on the clock that the state's own timestamps use. */
      readonly now: Millis;
      readonly unkept: OmittedRowsByKind;
    }
  | {
      readonly is: 'nothing';
      /** Nearest times that have a snapshot. */
      readonly before?: Millis;
      readonly after?: Millis;
      /** The reason the snapshot cannot be read; absent when none exists. */
      readonly why?: string;
    }
  /** No history of this environment is kept. */
  | { readonly is: 'off' };

/** Access to past snapshots for the UI. */
export interface TimeTravel {
  /** False when no history of this environment is kept. */
  hasHistory(place: { readonly system: string; readonly env: string }): boolean;
  /**
   * Returns the state of an environment at a time; the same object for the same time. `live`: its current
   * facts.
   */
  snapshotAt(
    place: { readonly system: string; readonly env: string },
    live: FactsState,
    moment: Millis,
  ): PastSnapshot;
}

type Parsed = Record<string, unknown>;
type Rows = ReadonlyMap<string, unknown>;

/**
 * A feed's own state as written by `encodeSnapshot`. `known`: when it responded; `stamp`: the `at` of its
 * rows.
 */
type Head = Omit<FeedState, 'feed' | 'known'> & {
  readonly began?: Millis;
  readonly known?: Millis;
  readonly stamp?: Millis;
  readonly unkept?: OmittedRows;
};

/** Number of omitted rows by kind of feed. */
export type OmittedRowsByKind = Readonly<Partial<Record<FeedKind, OmittedRows>>>;

// Every `as` in this file reads back what `encodeSnapshot` wrote, from a database that only opsdeck writes.

const marked = (rows: Rows, mark: string, stamp: Millis | undefined): readonly unknown[] =>
  [...rows].flatMap(([key, row]) => (key.startsWith(mark) ? [decodeRow(row as Parsed, stamp)] : []));

const headOf = (rows: Rows): Head => decodeRow(rows.get(headRow) as Parsed) as unknown as Head;
const infoOf = (rows: Rows): FeedInfo => decodeRow(rows.get(infoRow) as Parsed) as unknown as FeedInfo;

const feedOf = (rows: Rows): FeedState => {
  const { began, known, stamp, unkept: _, ...rest } = headOf(rows);
  const feed = infoOf(rows);
  if (known === undefined || began === undefined) return { ...rest, feed };
  const items = marked(rows, itemMark, stamp) as LastReading['items'];
  const samples = marked(rows, sampleMark, stamp) as LastReading['samples'];
  return { ...rest, feed, known: { items, samples, began, at: known } };
};

const feedParts = (doc: ParsedSnapshotDoc): readonly Rows[] =>
  [...doc].flatMap(([part, rows]) => (isFeedPart(part) ? [rows] : []));

const recordOf = <T>(rows: Rows | undefined): Readonly<Record<string, T>> =>
  Object.fromEntries([...(rows ?? [])].map(([key, row]) => [key, decodeRow(row as Parsed) as T]));

const labelsOf = (key: string, signal: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    key
      .slice(signal.length + 1, -1)
      .split(',')
      .filter((part) => part !== '')
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );

type KeptValues = readonly (Partial<TimedValue> & { readonly key: string })[];

/** Returns a synthetic feed that provides values derived from rows that were omitted. */
const derivedFeed = (rows: Rows, time: Millis): FeedState => ({
  feed: {
    id: 'kept',
    source: '',
    name: 'kept',
    kind: 'samples',
    signals: [...rows.keys()],
    everyMs: 0,
    staleMs: Number.POSITIVE_INFINITY,
    timeoutMs: 0,
  },
  known: {
    items: [],
    samples: [...rows].flatMap(([signal, values]) =>
      (values as KeptValues).map(({ key, at: read = time, value }) => ({
        source: '',
        signal,
        labels: labelsOf(key, signal),
        at: read,
        ...defined({ value }),
      })),
    ),
    began: time,
    at: time,
  },
  faults: [],
  losses: 0,
  doing: { is: 'idle' },
});

const asRead = ({ derived: _, ...spec }: SignalSpec): SignalSpec => spec;

/**
 * Returns the values up to `moment`. `shift`: offset in ms of the clock of that time against the present one.
 */
const until = (
  all: FactsState['history'],
  moment: Millis,
  shift: Millis,
): Readonly<Record<string, ValueSeries>> =>
  Object.fromEntries(
    Object.entries(all).map(([key, series]) => [
      key,
      series.slice(0, series.indexAfter(moment - shift)).shifted(shift),
    ]),
  );

/**
 * Time of a state on the clock of its timestamps, and the offset in ms of that clock against the present one.
 */
interface StateClock {
  readonly at: Millis;
  readonly shift: Millis;
}

/**
 * Rebuilds the facts from a snapshot and the live state, which supplies the profile and the values over time.
 * Panes, snapshots and sparklines use the result like any other state.
 */
export const decodeState = (
  doc: ParsedSnapshotDoc,
  live: FactsState,
  { at, shift }: StateClock,
): FactsState => {
  const feeds = feedParts(doc).map(feedOf);
  const derived = doc.get(derivedPart);
  const counted = derived === undefined ? [] : [derivedFeed(derived, at)];
  const signals = live.frame.signals.map((spec) => (derived?.has(spec.id) === true ? asRead(spec) : spec));
  return {
    frame: { ...live.frame, signals, sources: recordOf(doc.get(sourcesPart)) },
    feeds: Object.fromEntries([...feeds, ...counted].map((feedState) => [feedState.feed.id, feedState])),
    verdicts: recordOf(doc.get(verdictsPart)),
    since: recordOf(doc.get(sincePart)),
    history: until(live.history, at, shift),
    past: until(live.past, at, shift),
    latencies: until(live.latencies, at, shift),
    compared: until(live.compared, at, shift),
  };
};

/** Returns the number of rows omitted from a snapshot. */
export const omittedRows = (doc: ParsedSnapshotDoc): OmittedRowsByKind => {
  const all: Partial<Record<FeedKind, OmittedRows>> = {};
  for (const rows of feedParts(doc)) {
    const { unkept } = headOf(rows);
    const { kind } = infoOf(rows);
    if (unkept === undefined) continue;
    const had = all[kind] ?? { ok: 0, other: 0 };
    all[kind] = { ok: had.ok + unkept.ok, other: had.other + unkept.other };
  }
  return all;
};
