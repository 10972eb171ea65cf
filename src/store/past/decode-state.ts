import type { Millis } from '../../domain/fault.ts';
import type { SignalSpec } from '../../domain/profile.ts';
import type { FeedInfo, FeedKind, FeedState, LastReading } from '../../domain/reading.ts';
import type { FactsState, TimedValue } from '../facts.ts';
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

/** What an earlier moment of an environment looked like. Moments are told by the machine's clock. */
export type PastSnapshot =
  | {
      readonly is: 'kept';
      /** When it was kept: at the moment asked for, or a little before it. */
      readonly at: Millis;
      readonly state: FactsState;
      /** The same moment on the clock that the state's own times are told by. */
      readonly now: Millis;
      readonly unkept: OmittedRowsByKind;
    }
  | {
      readonly is: 'nothing';
      /** The moments next to it of which something was kept. */
      readonly before?: Millis;
      readonly after?: Millis;
      /** Why it cannot be read, when it is not simply not there. */
      readonly why?: string;
    }
  /** Nothing of this environment is kept at all. */
  | { readonly is: 'off' };

/** What the screen looks at earlier moments through. */
export interface TimeTravel {
  /** False: nothing of this environment is kept. */
  hasHistory(place: { readonly system: string; readonly env: string }): boolean;
  /** How an environment was at a moment. `live`: its facts as they are now. The same object for the same moment. */
  snapshotAt(
    place: { readonly system: string; readonly env: string },
    live: FactsState,
    moment: Millis,
  ): PastSnapshot;
}

type Parsed = Record<string, unknown>;
type Rows = ReadonlyMap<string, unknown>;

/** A feed's own state as `docOf` writes it: `known` is when it was answered, `stamp` when its rows say they were. */
type Head = Omit<FeedState, 'feed' | 'known'> & {
  readonly began?: Millis;
  readonly known?: Millis;
  readonly stamp?: Millis;
  readonly unkept?: OmittedRows;
};

/** How many rows of each kind of feed were not kept. */
export type OmittedRowsByKind = Readonly<Partial<Record<FeedKind, OmittedRows>>>;

// Every `as` of this file reads back what `docOf` has written, from a database that only opsdeck writes.

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

/** A feed that gives the values which were counted over rows that are not kept. */
const derivedFeed = (rows: Rows, at: Millis): FeedState => ({
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
      (values as KeptValues).map(({ key, at: read = at, value }) => ({
        source: '',
        signal,
        labels: labelsOf(key, signal),
        at: read,
        ...(value === undefined ? {} : { value }),
      })),
    ),
    began: at,
    at,
  },
  faults: [],
  losses: 0,
  doing: { is: 'idle' },
});

const asRead = ({ derived: _, ...spec }: SignalSpec): SignalSpec => spec;

/** How many points, which are in the order of time, lie at or before a moment. */
const countUntil = (points: readonly TimedValue[], moment: Millis): number => {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The values up to a moment. `shift`: what the clock of that moment is ahead of the present one. */
const until = (
  all: FactsState['history'],
  moment: Millis,
  shift: Millis,
): Readonly<Record<string, readonly TimedValue[]>> =>
  Object.fromEntries(
    Object.entries(all).map(([key, points]) => {
      const before = points.slice(0, countUntil(points, moment - shift));
      return [key, shift === 0 ? before : before.map(({ at, value }) => ({ at: at + shift, value }))];
    }),
  );

/** When a state was, on the clock that its times are told by, and what that clock was ahead of the present one. */
interface StateClock {
  readonly at: Millis;
  readonly shift: Millis;
}

/**
 * The facts as they were, from what was kept of them and from the present ones, which know the profile and the values
 * over time. Panes, snapshots and sparklines read it like any other state.
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
    feeds: Object.fromEntries([...feeds, ...counted].map((one) => [one.feed.id, one])),
    verdicts: recordOf(doc.get(verdictsPart)),
    since: recordOf(doc.get(sincePart)),
    history: until(live.history, at, shift),
    past: until(live.past, at, shift),
  };
};

/** What was left out of the readings of a moment. */
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
