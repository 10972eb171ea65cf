import type { DeclaredEffect, OperationResult } from '../domain/runbooks/operation.ts';
import { type Hide, isObject, resultText } from '../domain/text/value-text.ts';
import { documentIn, documentValue } from './expect.ts';
import { goneObject, isMet, naming } from './result-objects.ts';
import type { Truth } from './rows/truth.ts';
import { ownerName } from './witness/workload-process.ts';

/** The reason why an item may be gone. */
interface ItemAccounts {
  readonly effects: readonly DeclaredEffect[];
  /** Masks secrets in values. */
  readonly hide: Hide;
}

/** A value in an item of a list, by the path to the list, the position, and the path in the item. */
interface ItemPath {
  readonly list: string;
  readonly index: number;
  readonly inside: string;
}

/** The innermost list of a path: 'items.0.state' is `state` in the first of `items`. */
const itemPath = (path: string): ItemPath | undefined => {
  const keys = path.split('.');
  const position = keys.findLastIndex((key) => /^\d+$/.test(key));
  return position < 0
    ? undefined
    : {
        list: keys.slice(0, position).join('.'),
        index: Number(keys[position]),
        inside: keys.slice(position + 1).join('.'),
      };
};

const itemsAt = (document: unknown, list: string): readonly unknown[] => {
  const found = list === '' ? document : documentValue(document, list);
  return Array.isArray(found) ? found : [];
};

/** The names of an item, also those that Kubernetes keeps in its metadata; '' where nothing names it. */
const itemName = (item: unknown, inside: string): string => {
  if (!isObject(item)) return '';
  const own = (of: Readonly<Record<string, unknown>>, prefix: string): readonly string[] =>
    Object.entries(of).flatMap(([name, value]) =>
      naming.test(name) &&
      `${prefix}${name}` !== inside &&
      (typeof value === 'string' || typeof value === 'number')
        ? [`${prefix}${name}=${value}`]
        : [],
    );
  return [...own(item, ''), ...(isObject(item.metadata) ? own(item.metadata, 'metadata.') : [])].join(' ');
};

/** The effects of an action that end or replace what the item is about. */
const effectsOn = (item: unknown, effects: readonly DeclaredEffect[]): readonly DeclaredEffect[] => {
  if (!isObject(item)) return [];
  const { metadata } = item;
  const values = [item, ...(isObject(metadata) ? [metadata] : [])].flatMap(Object.values).map(String);
  return effects.filter(({ where: { name, owner } }) => {
    const prefix = `${ownerName(owner)}-`;
    return values.some(
      (value) =>
        (name !== undefined && value === String(name)) || (prefix !== '-' && value.startsWith(prefix)),
    );
  });
};

/**
 * Returns what an item of a list is worth that failed before the action: it must be there and pass, wherever in the list it is now. Undefined:
 * it holds, or nothing names it.
 */
export const failedItem = (
  path: string,
  expected: string,
  now: OperationResult,
  before: OperationResult,
  { effects, hide }: ItemAccounts,
): Truth | undefined => {
  const place = itemPath(path);
  if (place === undefined) return undefined;
  const { list, index, inside } = place;
  const valueIn = (item: unknown): unknown => (inside === '' ? item : documentValue(item, inside));
  const was = itemsAt(documentIn(before), list)[index];
  const name = itemName(was, inside);
  if (name === '' || isMet(expected, valueIn(was))) return undefined;
  const itemsNow = itemsAt(documentIn(now), list);
  const is = itemsNow.find((item) => itemName(item, inside) === name);
  const shown = (value: unknown): string => resultText(inside, value, hide);
  if (is === undefined) {
    const had = new Set(itemsAt(documentIn(before), list).map((item) => itemName(item, inside)));
    // What replaces an item has to be there, and to pass: an item of another object at its position says nothing about it.
    const hasSuccessor = (effect: DeclaredEffect): boolean =>
      itemsNow.some(
        (item) =>
          !had.has(itemName(item, inside)) &&
          effectsOn(item, [effect]).length > 0 &&
          isMet(expected, valueIn(item)),
      );
    const isExplained = effectsOn(was, effects).some(
      (effect) => effect.stays !== true && (effect.does === 'ends' || hasSuccessor(effect)),
    );
    return isExplained
      ? undefined
      : goneObject(`the item ${hide(name)}`, { field: inside, value: shown(valueIn(was)) });
  }
  return isMet(expected, valueIn(is))
    ? undefined
    : { value: 'false', why: `${hide(name)}: ${inside} ${shown(valueIn(is))}, expected ${expected}` };
};
