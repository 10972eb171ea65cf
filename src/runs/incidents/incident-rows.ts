import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { AnyFact, FactKind, FactTypes } from '../../domain/facts/facts.ts';
import { levelRank } from '../../domain/facts/level.ts';
import type { SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import type { IncidentFinding } from '../../domain/incidents/incident-status.ts';
import { labelValues } from '../../domain/mask/mask-text.ts';
import type { SignalSpec } from '../../domain/profile/profile.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { NamedAlert } from '../../expressions/alert-life.ts';
import { conditionMatchesRow, conditionUsesSignal } from '../../expressions/condition-match.ts';
import { familyOf, type Gone, goneRows, goneSeries } from '../../expressions/witness/gone.ts';
import { factKinds, kindOf, rowName, shownState, stateWord } from '../../kinds/registry/registry.ts';
import type { Feed } from '../../sources/kit/contract/source.ts';
import type { FactsState } from '../../store/facts.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { signalFeeds, signalNeeds } from '../evidence/check-feeds.ts';

/** A problem row of the open environment, with what is needed to find it again. */
export interface IncidentRow extends IncidentFinding {
  readonly key: string;
  readonly of: { readonly kind: FactKind } | { readonly signal: string };
  /** Ids of the feeds that read it: several for a signal that is calculated, or that several instances tell. */
  readonly feeds: readonly string[];
  /**
   * Time in ms that it may remain after its cause is gone, because it counts the past: an alert, a count of lines, a query
   * over a range. Absent: it shows the state of now.
   */
  readonly trailsMs?: Millis;
  /** The alert that it is. Absent: it is another row, or a signal. */
  readonly alert?: NamedAlert;
  /** True if a `when` matches because of it. */
  matches(when: string): boolean;
}

const isAlert = (kind: FactKind, fact: AnyFact): fact is FactTypes['alerts'] =>
  kind === 'alerts' && 'labels' in fact;

const isProblem = (level: IncidentRow['level']): boolean => levelRank[level] >= levelRank.warn;

const signalText = ({ title, labels }: SignalRow): string => [title, ...labelValues(labels)].join(' ');

/** Alerting rules look at the last minutes, which the alert does not tell. */
const alertTrailMs: Millis = 5 * 60_000;

/** Default window of a count of lines. */
const lineWindow = '1m';

/** The longest range or offset of a query: `rate(x[5m])` needs five minutes to forget. */
const rangeOf = (query: string): Millis =>
  Math.max(
    0,
    ...[...query.matchAll(/(?:\[|\boffset\s+)(\w+)/g)].map(([, range = '']) => parseDuration(range) ?? 0),
  );

/** The time that one reading looks back, in ms; 0: it shows the state of now, or it is not known. */
const lookBackOf = ({ read: { lines, per = lineWindow, query } }: SignalSpec): Millis => {
  if (lines !== undefined) return parseDuration(String(per)) ?? 0;
  return typeof query === 'string' ? rangeOf(query) : 0;
};

/** The longest time that a signal, or one that it is calculated from, looks back; undefined: none does. */
const trailOf = (id: string, specs: readonly SignalSpec[]): Millis | undefined => {
  const { signals, kinds } = signalNeeds(id, specs);
  const windows = specs.filter((spec) => signals.has(spec.id)).map(lookBackOf);
  const longest = Math.max(0, ...windows, kinds.has('alerts') ? alertTrailMs : 0);
  return longest === 0 ? undefined : longest;
};

/** Returns the rows of the snapshot at warning or critical that count toward the environment's level. */
export const incidentRowsOf = (
  snapshot: Snapshot,
  { feeds, profile }: Pick<EnvironmentReader, 'feeds' | 'profile'>,
): readonly IncidentRow[] => [
  ...factKinds().flatMap((kind) => {
    const { inTotal, isOf } = kindOf(kind);
    if (inTotal === false) return [];
    return snapshot.kinds[kind].rows
      .filter(({ level, fact }) => isProblem(level) && isOf?.(fact, snapshot.env) !== false)
      .map((row): IncidentRow => {
        const { key, fact, level, feed } = row;
        return {
          key: `${kind} ${key}`,
          what: [kind, rowName(kind, fact), shownState(kind, stateWord(kind, fact))].join(' '),
          level,
          of: { kind },
          feeds: feed === undefined ? [] : [feed],
          ...(isAlert(kind, fact)
            ? { trailsMs: alertTrailMs, alert: { name: fact.name, labels: fact.labels } }
            : {}),
          matches: (when) => conditionMatchesRow(when, kind, row),
        };
      });
  }),
  ...snapshot.signals
    .filter(({ level }) => isProblem(level))
    .map((row): IncidentRow => {
      const trailsMs = trailOf(row.id, profile.signals);
      return {
        key: `signal ${row.key}`,
        what: signalText(row),
        level: row.level,
        of: { signal: row.id },
        feeds: signalFeeds(row.id, feeds, profile.signals).map(({ id }) => id),
        ...defined({ trailsMs }),
        matches: (when) => conditionUsesSignal(when, row.id),
      };
    }),
];

/** The findings of an incident: the critical ones; the warnings when none is critical. */
export const ownFindings = (found: readonly IncidentRow[]): readonly IncidentRow[] => {
  const critical = found.filter(({ level }) => level === 'crit');
  return critical.length > 0 ? critical : found;
};

/**
 * Returns whether a finding is unknown now: its row cannot be read, or is missing while its kind is not fully visible.
 * A row that is gone from a visible kind is not unknown.
 */
export const isUnknown = ({ key, of }: IncidentRow, snapshot: Snapshot): boolean => {
  if ('signal' in of) {
    const rows = snapshot.signals.filter(({ id }) => id === of.signal);
    const row = rows.find((candidate) => `signal ${candidate.key}` === key);
    return row === undefined
      ? rows.length === 0 || rows.some(({ level }) => level === 'unknown')
      : row.level === 'unknown';
  }
  const { rows, faults, waiting } = snapshot.kinds[of.kind];
  const row = rows.find((candidate) => `${of.kind} ${candidate.key}` === key);
  return row === undefined ? faults.length > 0 || waiting > 0 : row.level === 'unknown';
};

/**
 * Returns whether a finding is only silence of this process: its value is too old because nothing has read it again, and no reading has
 * failed. A command reads what it verifies.
 */
export const isOwnSilence = (
  { key, of, feeds }: IncidentRow,
  snapshot: Snapshot,
  read: FactsState['feeds'],
) =>
  'signal' in of &&
  snapshot.signals.some((row) => `signal ${row.key}` === key && row.stale) &&
  feeds.every((id) => (read[id]?.faults.length ?? 0) === 0);

/** Returns the row or series of a finding if it is gone. An alert has a life of its own instead: its row says little. */
export const goneFinding = ({ key, of }: IncidentRow, before: Snapshot, now: Snapshot): Gone | undefined => {
  if ('signal' in of) return goneSeries(before, now).find(({ row }) => `signal ${row.key}` === key);
  if (of.kind === 'alerts') return undefined;
  const { kind } = of;
  return goneRows(kind, before.kinds[kind], now.kinds[kind]).find(({ row }) => `${kind} ${row.key}` === key);
};

/** The traits that a finding shares with one of the object in its place; undefined for an alert, and for one that `now` does not have. */
export const presentFamily = ({ key, of }: IncidentRow, now: Snapshot): string | undefined => {
  // Without its first word it is the key of a row, of which there may be thousands.
  const rowKey = key.slice(key.indexOf(' ') + 1);
  if ('signal' in of) {
    const row = now.signals.find((candidate) => candidate.key === rowKey);
    return row && familyOf({ is: 'series', row });
  }
  const { kind } = of;
  if (kind === 'alerts') return undefined;
  const row = now.kinds[kind].rows.find((candidate) => candidate.key === rowKey);
  return row && familyOf({ is: 'row', kind, row });
};

/** A shorter absence may be the ripple of a restart, or a single lucky reading. */
const shortestHoldMs: Millis = 10_000;

/** A feed that is read less often than every half of this has to be read once more instead of waiting for two intervals. */
const longestIntervalHoldMs: Millis = 60_000;

/** The conditions under which a finding that is gone counts as cleared. */
interface Hold {
  /** The time for which it must be gone. */
  readonly forMs: Millis;
  /** Its feeds of which that time has no two readings: they must be read again after the shortest hold time, or two intervals must pass. */
  readonly slowFeeds: readonly Pick<Feed, 'id' | 'everyMs'>[];
}

/** The hold of a finding: the `for` of its signal, two readings of each of its feeds, and at least 10 s. */
export const holdOf = ({ of, feeds: own }: IncidentRow, { feeds, profile }: EnvironmentReader): Hold => {
  const read = feeds.filter(({ id }) => own.includes(id));
  const everyMs = Math.max(0, ...read.map((feed) => feed.everyMs));
  const spec = 'signal' in of ? profile.signals.find((signal) => signal.id === of.signal) : undefined;
  const intervalsMs = Math.min(2 * everyMs, longestIntervalHoldMs);
  return {
    forMs: Math.max(shortestHoldMs, intervalsMs, spec?.threshold.forMs ?? 0),
    slowFeeds: read.flatMap((feed) => (2 * feed.everyMs > longestIntervalHoldMs ? [feed] : [])),
  };
};

/** Returns whether a finding that is gone since a time is cleared now. */
export const isHeld = (
  { forMs, slowFeeds }: Hold,
  goneSince: Millis,
  now: Millis,
  read: FactsState['feeds'],
): boolean =>
  now - goneSince >= forMs &&
  slowFeeds.every(({ id, everyMs }) => {
    const began = read[id]?.known?.began ?? Number.NEGATIVE_INFINITY;
    return began >= goneSince + shortestHoldMs || now - goneSince >= 2 * everyMs;
  });
