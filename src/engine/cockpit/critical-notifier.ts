import type { FactKind } from '../../domain/facts.ts';
import type { Millis } from '../../domain/fault.ts';
import { formatCount } from '../../domain/format.ts';
import type { Level } from '../../domain/level.ts';
import { labelValues } from '../../domain/mask/mask-text.ts';
import type { KindView, SignalRow, Snapshot } from '../../domain/snapshot.ts';
import { factKinds, rowName } from '../../kinds/registry.ts';
import type { CockpitState, CriticalEvent } from '../../store/cockpit.ts';

/** What has been told of is not told of again for so long, even if it was well in between. */
const quietMs: Millis = 5 * 60_000;

/** How many are kept. */
const maxCriticals = 50;

/** The list with some more, oldest dropped. */
export const withCriticals = (state: CockpitState, news: readonly CriticalEvent[]): CockpitState =>
  // The very same state tells nobody of a change.
  news.length === 0 ? state : { ...state, criticals: [...state.criticals, ...news].slice(-maxCriticals) };

interface CriticalState {
  readonly key: string;
  readonly level: Level;
  text(): string;
  /** One that is seen for the first time is news: its kind was all in sight before, and it was not there. */
  readonly isNewcomer: boolean;
}

const valueText = (value: SignalRow['value'], unit: string): string => {
  const text = typeof value === 'number' ? formatCount(value, 3) : (value ?? '');
  return text === '' || unit === '' ? text : `${text} ${unit}`;
};

const signalText = ({ title, value, unit, labels }: SignalRow): string =>
  [title, ...labelValues(labels), valueText(value, unit)].filter((part) => part !== '').join(' ');

/** Every source of the kind has answered, or has said why it cannot. */
const isInSight = ({ asked, waiting }: KindView): boolean => asked && waiting === 0;

/**
 * Tells what has become critical between two looks. What is critical when it is first seen after opening is not told,
 * nor what only was out of sight for a while, nor the same one again within five minutes. While nobody wants to be told,
 * nothing is looked at; the first look after that is a first one again.
 */
export const createCriticalNotifier = (
  isWanted: () => boolean,
): ((snapshot: Snapshot) => readonly CriticalEvent[]) => {
  /** The last level that was known, by key. */
  let known: ReadonlyMap<string, Level> = new Map();
  let inSight: ReadonlySet<FactKind> = new Set();
  let told: ReadonlyMap<string, Millis> = new Map();

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

  /** Of what has gone nothing is kept, except where it may only be out of sight. */
  const stillKnown = (snapshot: Snapshot, all: readonly CriticalState[]): Map<string, Level> => {
    const blind = factKinds().filter((kind) => {
      const view = snapshot.kinds[kind];
      return view.blind.length > 0 || view.waiting > 0;
    });
    const present = new Set(all.map(({ key }) => key));
    return new Map(
      [...known].filter(([key]) => present.has(key) || blind.some((kind) => key.startsWith(`${kind} `))),
    );
  };

  return (snapshot) => {
    if (!isWanted()) {
      [known, inSight] = [new Map(), new Set()];
      return [];
    }
    const { at } = snapshot;
    const all = standings(snapshot);
    const next = stillKnown(snapshot, all);
    told = new Map([...told].filter(([, since]) => at - since < quietMs));
    const news: CriticalEvent[] = [];
    for (const { key, level, text, isNewcomer } of all) {
      if (level === 'unknown') continue;
      const was = known.get(key);
      next.set(key, level);
      const becomes = level === 'crit' && was !== 'crit' && (was !== undefined || isNewcomer);
      if (becomes && !told.has(key)) news.push({ at, key, text: text() });
    }
    known = next;
    inSight = new Set(factKinds().filter((kind) => isInSight(snapshot.kinds[kind])));
    told = new Map([...told, ...news.map(({ key }) => [key, at] as const)]);
    return news;
  };
};
