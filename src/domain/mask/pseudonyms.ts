import { foldText } from './fold.ts';
import type { Kind } from './found.ts';

/** The aliases of one session: the same thing has the same one for as long as it lasts. */
export interface Pseudonyms {
  /** 'host-3' for this thing: a new one when it has none. The case and form of letters make no difference. */
  aliasOf(is: Kind, thing: string): string;
  /** A real thing is called like this: it can be nobody's alias from now on. True when somebody had it. */
  reserve(name: string): boolean;
  /** Whether this thing has an alias. */
  has(thing: string): boolean;
  /** The thing that has this alias, in small letters. */
  thingOf(alias: string): string | undefined;
  /** Every real thing that has an alias, folded (`foldText`). */
  things(): IterableIterator<string>;
}

/** What an alias looks like. `masked` stands behind those of e-mail addresses. */
const aliasForm = /^(?:host|ip|user|cluster|name)-\d+(?:@masked)?$/i;

/** 'cluster-' and a number, and what stands behind that of an e-mail address. */
const longestAlias = 24;

export const isAlias = (text: string): boolean => text.length <= longestAlias && aliasForm.test(text);

/** Aliases by number, in the order in which things are met. Two things never share one. */
export const createPseudonyms = (): Pseudonyms => {
  const aliases = new Map<string, string>();
  const owners = new Map<string, { readonly is: Kind; readonly thing: string }>();
  const reserved = new Set<string>();
  const counts = new Map<Kind, number>();

  const give = (is: Kind, thing: string): string => {
    const key = foldText(thing);
    let [number, alias] = [counts.get(is) ?? 0, ''];
    do alias = `${is}-${++number}`;
    while (reserved.has(alias));
    counts.set(is, number);
    aliases.set(key, alias);
    owners.set(alias, { is, thing });
    return alias;
  };

  return {
    aliasOf: (is, thing) => aliases.get(foldText(thing)) ?? give(is, thing.toLowerCase()),
    reserve: (name) => {
      const alias = name.toLowerCase();
      if (!isAlias(alias)) return false;
      reserved.add(alias);
      const owner = owners.get(alias);
      if (owner === undefined) return false;
      owners.delete(alias);
      give(owner.is, owner.thing);
      return true;
    },
    has: (thing) => aliases.has(foldText(thing)),
    thingOf: (alias) => owners.get(alias.toLowerCase())?.thing,
    things: () => aliases.keys(),
  };
};
