import type { AnyFact, Fact, FactKind, FactTypes } from '../domain/facts.ts';
import type { Level, Limits } from '../domain/level.ts';
import { alerts } from './alerts/kind.ts';
import { breakers } from './breakers/kind.ts';
import type { KindDefinition } from './define-kind.ts';
import type { Field } from './fields.ts';
import { health } from './health/kind.ts';
import { lag } from './lag/kind.ts';
import { pools } from './pools/kind.ts';
import { sessions } from './sessions/kind.ts';
import { workloads } from './workloads/kind.ts';

/** Every built-in kind, in the order of `check --json`; the only file that a new one edits. */
const builtIn: readonly KindDefinition[] = [health, breakers, lag, pools, workloads, alerts, sessions];

/** Names that `check --json` has for something else. */
const reserved: readonly string[] = [
  ...['opsdeck', 'system', 'env', 'at', 'level', 'signals', 'faults'],
  // What feeds give that is no kind.
  ...['samples', 'notes'],
];

let registered: readonly KindDefinition[] = builtIn;
let byName: ReadonlyMap<string, KindDefinition> = new Map(builtIn.map((kind) => [kind.name, kind]));

const setRegistered = (kinds: readonly KindDefinition[]): void => {
  registered = kinds;
  byName = new Map(kinds.map((kind) => [kind.name, kind]));
};

/**
 * Adds a kind behind the built-in ones: from now on expressions, `check`, NOW, exports and profiles know it. Called
 * before the first profile is read. Gives what takes it out again.
 * @throws {Error} when another kind, or a key of `check --json`, has its name
 */
export const registerKind = <F extends Fact>(kind: KindDefinition<F>): (() => void) => {
  const { name } = kind;
  if (reserved.includes(name)) throw new Error(`kind "${name}": the name is reserved; choose another`);
  if (byName.has(name)) throw new Error(`kind "${name}" is registered already; choose another name`);
  setRegistered([...registered, kind]);
  return () => setRegistered(registered.filter((one) => one !== kind));
};

/** Every kind, in the order of `check --json`. The same list until a kind is registered. */
export const allKinds = (): readonly KindDefinition[] => registered;

export const isKind = (word: string): word is FactKind => byName.has(word);

const namesOf = new WeakMap<readonly KindDefinition[], readonly FactKind[]>();

/** The names of every kind, in the order of `check --json`. */
export const factKinds = (): readonly FactKind[] => {
  const names = namesOf.get(registered) ?? registered.map(({ name }) => name).filter(isKind);
  namesOf.set(registered, names);
  return names;
};

/**
 * The kind of a name.
 * @throws {Error} when no kind of that name is registered: names are checked by `isKind` where they come in
 */
export const kindOf = <K extends FactKind>(name: K): KindDefinition<FactTypes[K]> => {
  const kind = byName.get(name);
  if (kind === undefined) throw new Error(`unknown kind ${name}`);
  // Registered under its name, so its rows are of that type.
  return kind as KindDefinition<FactTypes[K]>;
};

/** A value for each kind, as an object. */
export const perKind = <V>(make: (kind: FactKind) => V): Readonly<Record<FactKind, V>> =>
  // fromEntries forgets which keys it was given.
  Object.fromEntries(factKinds().map((kind) => [kind, make(kind)])) as Record<FactKind, V>;

/** What is made of the kinds, such as a schema: made when it is first asked for, and again after a kind is registered. */
export const derivedFromKinds = <T>(make: () => T): (() => T) => {
  let last: { readonly of: readonly KindDefinition[]; readonly made: T } | undefined;
  return () => {
    if (last?.of !== registered) last = { of: registered, made: make() };
    return last.made;
  };
};

/** The names of a kind's fields, as they are in `check --json`. */
export const fieldNames = (of: FactKind): readonly string[] => Object.keys(kindOf(of).allFields);

/** One field of a kind; undefined when it has none of that name. `labels.NAME` is one label of an alert. */
export const fieldOf = <K extends FactKind>(of: K, name: string): Field<FactTypes[K]> | undefined =>
  kindOf(of).field(name);

const escaped = (part: string | number): string => String(part).replace(/[%/]/g, encodeURIComponent);

/** Tells this object from every other of its kind (two sources that see one object are two rows); the same in every reading. */
export const factKey = <K extends FactKind>(kind: K, fact: FactTypes[K]): string =>
  [(fact as AnyFact).source, ...kindOf(kind).identity(fact)].map(escaped).join('/');

/** The row's state in a word or two, as it is shown and as `limits` name it: 'open', 'near max', 'CrashLoopBackOff'. */
export const stateWord = <K extends FactKind>(kind: K, fact: FactTypes[K]): string =>
  kindOf(kind).state(fact);

/** What a person calls the row, behind its kind: 'bus-0 · broker'. */
export const rowName = <K extends FactKind>(kind: K, fact: FactTypes[K]): string => kindOf(kind).label(fact);

/** The level of a fact by its kind's rule and the profile's `limits`. */
export const levelOf = <K extends FactKind>(kind: K, fact: FactTypes[K], limits: Limits): Level =>
  kindOf(kind).levelOf(fact, limits[kind] ?? {});
