import { type ListNode, type MapEntry, type MapNode, type Node, textAt } from './tree.ts';

/** What names an item of a list. */
const nameOf = (item: Node, by: 'id' | 'name'): string | undefined => textAt(item, by);

const namedBy = (lists: readonly ListNode[]): 'id' | 'name' | undefined => {
  const items = lists.flatMap((list) => list.items);
  if (items.length === 0) return undefined;
  return (['id', 'name'] as const).find((by) => items.every((item) => nameOf(item, by) !== undefined));
};

/**
 * Items with the same name merge in the place of the base's; new ones follow. A name that one list holds twice
 * stays twice, so that it can be complained about.
 */
const mergeNamed = (base: ListNode, over: ListNode, by: 'id' | 'name'): Node => {
  const items = [...base.items];
  const taken = new Set<string>();
  for (const item of over.items) {
    const name = nameOf(item, by) ?? '';
    const index = taken.has(name) ? -1 : base.items.findIndex((other) => nameOf(other, by) === name);
    const below = base.items[index];
    taken.add(name);
    if (below === undefined) items.push(item);
    else items[index] = merge(below, item);
  }
  return { ...over, items };
};

const mergeMaps = (base: MapNode, over: MapNode): Node => {
  const entries = new Map<string, MapEntry>(base.entries);
  for (const [key, entry] of over.entries) {
    const below = base.entries.get(key);
    entries.set(
      key,
      below === undefined ? entry : { key: entry.key, value: merge(below.value, entry.value) },
    );
  }
  return { ...over, entries };
};

const isNull = (node: Node): boolean => node.is === 'scalar' && node.value === null;

/**
 * `over` laid on `base`. Maps merge key by key; lists whose items all have an `id` (or all a `name`) merge item by
 * item; any other list, and any scalar, replaces. An empty section (`signals:` with nothing below) says nothing.
 */
export const merge = (base: Node, over: Node): Node => {
  if (base.is === 'map' && over.is === 'map') return mergeMaps(base, over);
  if (base.is === 'list' && over.is === 'list') {
    const by = namedBy([base, over]);
    return by === undefined ? over : mergeNamed(base, over, by);
  }
  return isNull(over) && base.is !== 'scalar' ? base : over;
};
