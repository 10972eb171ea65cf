import type { Millis } from '../../../domain/base/fault.ts';
import type { FactKind } from '../../../domain/facts/facts.ts';
import type { Level } from '../../../domain/facts/level.ts';
import type { KindView, SignalRow, Snapshot } from '../../../domain/facts/snapshot.ts';
import { labelValues } from '../../../domain/mask/mask-text.ts';
import { formatCount } from '../../../domain/text/format.ts';
import { factKinds, rowName } from '../../../kinds/registry/registry.ts';
import type { CockpitState } from '../../../store/cockpit.ts';
import type { CriticalEvent } from '../../../store/messages.ts';

/** The time before the same problem notifies again, even if it was resolved in between. */
const quietMs: Millis = 5 * 60_000;

/** The number of notifications kept. */
const maxCriticals = 50;

/** Adds notifications to the list and drops the oldest. */
export const withCriticals = (state: CockpitState, events: readonly CriticalEvent[]): CockpitState =>
  // An unchanged state contains no news.
  events.length === 0 ? state : { ...state, criticals: [...state.criticals, ...events].slice(-maxCriticals) };

interface CriticalState {
  readonly key: string;
  readonly level: Level;
  text(): string;
  /** A row seen for the first time is news when its kind was completely visible before. */
  readonly isNewcomer: boolean;
}

const valueText = (value: SignalRow['value'], unit: string): string => {
  const text = typeof value === 'number' ? formatCount(value, 3) : (value ?? '');
  return text === '' || unit === '' ? text : `${text} ${unit}`;
};

const signalText = ({ title, value, unit, labels }: SignalRow): string =>
  [title, ...labelValues(labels), valueText(value, unit)].filter((part) => part !== '').join(' ');

/** True when every source of the kind has answered or failed. */
const isInSight = ({ isProvided, waiting }: KindView): boolean => isProvided && waiting === 0;

/**
 * Notifies about rows that became critical between two snapshots. Excludes what was critical at the first snapshot,
 * what was only out of sight, and repeats within five minutes. While notifications are off nothing is compared; the
 * next snapshot then counts as the first.
 */
export const createCriticalNotifier = (
  isNotifying: () => boolean,
): ((snapshot: Snapshot) => readonly CriticalEvent[]) => {
  /** The last known level by key. */
  let known: ReadonlyMap<string, Level> = new Map();
  let inSight: ReadonlySet<FactKind> = new Set();
  let reported: ReadonlyMap<string, Millis> = new Map();

  const standings = (snapshot: Snapshot): readonly CriticalState[] => [
    ...factKinds().flatMap((kind) =>
      snapshot.kinds[kind].rows.map(
        (row): CriticalState => ({
          key: `${kind} ${row.key}`,
          level: row.level,
          text: () => `${kind} ${rowName(kind, row.fact)}`,
          isNewcomer: inSight.has(kind),
        }),
      ),
    ),
    ...snapshot.signals.map(
      (row): CriticalState => ({
        key: `signal ${row.key}`,
        level: row.level,
        text: () => signalText(row),
        isNewcomer: false,
      }),
    ),
  ];

  /** Rows that no longer exist are dropped, unless they may only be out of sight. */
  const stillKnown = (snapshot: Snapshot, all: readonly CriticalState[]): Map<string, Level> => {
    const blind = factKinds().filter((kind) => {
      const view = snapshot.kinds[kind];
      return view.faults.length > 0 || view.waiting > 0;
    });
    const present = new Set(all.map(({ key }) => key));
    return new Map(
      [...known].filter(([key]) => present.has(key) || blind.some((kind) => key.startsWith(`${kind} `))),
    );
  };

  return (snapshot) => {
    if (!isNotifying()) {
      [known, inSight] = [new Map(), new Set()];
      return [];
    }
    const { at } = snapshot;
    const all = standings(snapshot);
    const next = stillKnown(snapshot, all);
    reported = new Map([...reported].filter(([, since]) => at - since < quietMs));
    const events: CriticalEvent[] = [];
    for (const { key, level, text, isNewcomer } of all) {
      if (level === 'unknown') continue;
      const was = known.get(key);
      next.set(key, level);
      const becomes = level === 'crit' && was !== 'crit' && (was !== undefined || isNewcomer);
      if (becomes && !reported.has(key)) events.push({ at, key, text: text() });
    }
    known = next;
    inSight = new Set(factKinds().filter((kind) => isInSight(snapshot.kinds[kind])));
    reported = new Map([...reported, ...events.map(({ key }) => [key, at] as const)]);
    return events;
  };
};
