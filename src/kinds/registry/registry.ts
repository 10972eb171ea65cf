import type { AnyFact, Fact, FactKind, FactTypes } from '../../domain/facts/facts.ts';
import { type Level, type Limits, type LimitWords, limitsOf } from '../../domain/facts/level.ts';
import { alerts } from '../alerts/kind.ts';
import { breakers } from '../breakers/kind.ts';
import { ci } from '../ci/kind.ts';
import { dashboards } from '../dashboards/kind.ts';
import type { KindDefinition } from '../define/define-kind.ts';
import type { Field } from '../define/fields.ts';
import { worstReason } from '../define/judge-level.ts';
import { health } from '../health/kind.ts';
import { lag } from '../lag/kind.ts';
import { nodes } from '../nodes/kind.ts';
import { oncalls } from '../oncalls/kind.ts';
import { pools } from '../pools/kind.ts';
import { queues } from '../queues/kind.ts';
import { sessions } from '../sessions/kind.ts';
import { workloads } from '../workloads/kind.ts';

/** The built-in kinds, in the order of `check --json`; a new kind is added only here. */
const builtIn: readonly KindDefinition[] = [
  health,
  breakers,
  lag,
  pools,
  workloads,
  nodes,
  alerts,
  sessions,
  queues,
  oncalls,
  ci,
  dashboards,
];

/** Names that `check --json` uses for something else. */
const reserved: readonly string[] = [
  ...['opsdeck', 'system', 'env', 'at', 'level', 'signals', 'faults'],
  // Feed contents that are not kinds.
  ...['samples', 'notes'],
];

let registered: readonly KindDefinition[] = builtIn;
let byName: ReadonlyMap<string, KindDefinition> = new Map(builtIn.map((kind) => [kind.name, kind]));

const setRegistered = (kinds: readonly KindDefinition[]): void => {
  registered = kinds;
  byName = new Map(kinds.map((kind) => [kind.name, kind]));
};

/**
 * Registers a kind after the built-in ones: expressions, `check`, Problems, exports and profiles then know it. Call it
 * before the first profile is read. Returns the function that unregisters it.
 * @throws {Error} when another kind, or a key of `check --json`, has its name
 */
export const registerKind = <F extends Fact>(kind: KindDefinition<F>): (() => void) => {
  const { name } = kind;
  if (reserved.includes(name))
    throw new Error(`the kind name "${name}" is reserved. Choose another name for the kind`);
  if (byName.has(name))
    throw new Error(
      `a kind with the name "${name}" is registered already. Choose another name for this kind`,
    );
  setRegistered([...registered, kind]);
  return () => setRegistered(registered.filter((kindDefinition) => kindDefinition !== kind));
};

/** Returns all kinds, in the order of `check --json`. The same list until a kind is registered. */
export const allKinds = (): readonly KindDefinition[] => registered;

export const isKind = (word: string): word is FactKind => byName.has(word);

const namesOf = new WeakMap<readonly KindDefinition[], readonly FactKind[]>();

/** Returns the names of all kinds, in the order of `check --json`. */
export const factKinds = (): readonly FactKind[] => {
  const names = namesOf.get(registered) ?? registered.map(({ name }) => name).filter(isKind);
  namesOf.set(registered, names);
  return names;
};

/**
 * Returns the kind of a name.
 * @throws {Error} when no such kind is registered: `isKind` checks names at the input
 */
export const kindOf = <K extends FactKind>(name: K): KindDefinition<FactTypes[K]> => {
  const kind = byName.get(name);
  if (kind === undefined) throw new Error(`opsdeck has no kind called ${name}`);
  // Registered under its name, so its rows have that type.
  return kind as KindDefinition<FactTypes[K]>;
};

/** Builds an object with a value for each kind. */
export const perKind = <V>(make: (kind: FactKind) => V): Readonly<Record<FactKind, V>> =>
  // The type of fromEntries loses the keys.
  Object.fromEntries(factKinds().map((kind) => [kind, make(kind)])) as Record<FactKind, V>;

/**
 * Memoizes a value derived from the kinds, such as a schema: computed on first use, and again after a kind is
 * registered.
 */
export const derivedFromKinds = <T>(make: () => T): (() => T) => {
  let last: { readonly of: readonly KindDefinition[]; readonly made: T } | undefined;
  return () => {
    if (last?.of !== registered) last = { of: registered, made: make() };
    return last.made;
  };
};

/** Returns the field names of a kind, as in `check --json`. */
export const fieldNames = (of: FactKind): readonly string[] => Object.keys(kindOf(of).allFields);

/** Returns one field of a kind; undefined when it does not exist. `labels.NAME` is one label of an alert. */
export const fieldOf = <K extends FactKind>(of: K, name: string): Field<FactTypes[K]> | undefined =>
  kindOf(of).field(name);

/** Escapes the separator. Few parts have one, and a search for two characters is faster than a pattern. */
const escaped = (part: string | number): string => {
  const text = String(part);
  return text.includes('/') || text.includes('%') ? text.replace(/[%/]/g, encodeURIComponent) : text;
};

/**
 * Returns the key of an object, unique within its kind and stable across readings. Two sources that see one object are
 * two rows.
 */
export const factKey = <K extends FactKind>(kind: K, fact: FactTypes[K]): string =>
  [(fact as AnyFact).source, ...kindOf(kind).identity(fact)].map(escaped).join('/');

/** True when two facts have the same key; cheaper than making both keys. */
export const hasSameKey = <K extends FactKind>(kind: K, a: FactTypes[K], b: FactTypes[K]): boolean => {
  if ((a as AnyFact).source !== (b as AnyFact).source) return false;
  const kindDefinition = kindOf(kind);
  const own = kindDefinition.identity(a);
  const other = kindDefinition.identity(b);
  return own.length === other.length && own.every((part, index) => String(part) === String(other[index]));
};

/**
 * Returns the row's state in one or two words, as shown and as used in `limits`: 'open', 'near max',
 * 'CrashLoopBackOff'.
 */
export const stateWord = <K extends FactKind>(kind: K, fact: FactTypes[K]): string =>
  kindOf(kind).state(fact);

/** Formats a state of a kind for people; `limits` and JSON have it as it is. */
export const shownState = (kind: FactKind, state: string): string =>
  kindOf(kind).shownState?.(state) ?? state;

/**
 * Returns the condition of a row, for its duration: its state, and the level of its number if that gives it its level. The
 * number alone, if no word of its state gives that level: a service that is up and slow is slow since its latency
 * exceeded the limit, not since it was up.
 */
export const conditionWords = <K extends FactKind>(
  kind: K,
  fact: FactTypes[K],
  limits: LimitWords,
): readonly string[] => {
  const definition = kindOf(kind);
  const { bounds } = definition;
  const words = [definition.state(fact)];
  if (bounds === undefined || Object.keys(definition.boundsOf(limits)).length === 0) return words;
  const reasons = definition.reasonsOf(fact, limits);
  const level = worstReason(reasons);
  const deciding = new Set(reasons.filter((reason) => reason.level === level).map(({ is }) => is));
  if (level === 'ok' || !deciding.has('number')) return words;
  return [...(deciding.has('word') ? words : []), `${level}: ${bounds}`];
};

/** Returns the display name of the row, without its kind: 'bus-0 · broker'. */
export const rowName = <K extends FactKind>(kind: K, fact: FactTypes[K]): string => kindOf(kind).label(fact);

/** Returns the level of a fact by its kind's rule and the profile's `limits`. */
export const levelOf = <K extends FactKind>(kind: K, fact: FactTypes[K], limits: Limits): Level =>
  kindOf(kind).levelOf(fact, limitsOf(limits, kind));
