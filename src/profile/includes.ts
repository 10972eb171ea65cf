import type { Complaint } from '../domain/position.ts';
import { refuse } from './complaints.ts';
import { beside, type ReadYaml } from './layers.ts';
import { child, type ListNode, type MapNode, type Node, nounOf, withValue } from './tree.ts';

const included = (item: Node): Node | undefined =>
  item.is === 'map' && item.entries.has('include') ? child(item, 'include') : undefined;

/** The list in a runbook file: the file itself, or its `runbooks:`. */
const listIn = (tree: Node, complaints: Complaint[]): ListNode | undefined => {
  const list = tree.is === 'map' ? child(tree, 'runbooks') : tree;
  if (tree.is === 'map')
    for (const [key, entry] of tree.entries)
      if (key !== 'runbooks' && key !== 'opsdeck')
        complaints.push(refuse(entry.key, `unknown key "${key}"`, 'an included file holds runbooks: alone'));
  if (list?.is === 'list') return list;
  const found = list === undefined ? 'no runbooks' : nounOf(list);
  complaints.push(
    refuse(tree.position, `expected a list of runbooks, found ${found}`, 'write runbooks: and a list'),
  );
  return undefined;
};

const expand = async (
  list: ListNode,
  read: ReadYaml,
  complaints: Complaint[],
  within: readonly string[],
): Promise<ListNode> => {
  const items: Node[] = [];
  for (const item of list.items) {
    const name = included(item);
    if (name === undefined) {
      items.push(item);
      continue;
    }
    if (item.is === 'map' && item.entries.size > 1)
      complaints.push(
        refuse(item.position, 'an include stands alone', 'move the other keys to the runbook itself'),
      );
    if (name.is !== 'scalar' || typeof name.value !== 'string' || name.value.includes('${')) {
      const found = name.is === 'scalar' && typeof name.value === 'string' ? 'a reference' : nounOf(name);
      complaints.push(
        refuse(name.position, `include expects a file name, found ${found}`, 'write include: runbooks.yaml'),
      );
      continue;
    }
    const file = beside(name.position.file, name.value);
    if (within.includes(file)) {
      complaints.push(
        refuse(
          name.position,
          `include goes in a circle: ${[...within, file].join(' → ')}`,
          'remove one of them',
        ),
      );
      continue;
    }
    const { tree, complaints: found } = await read(file, name.position);
    complaints.push(...found);
    const inner = tree && listIn(tree, complaints);
    if (inner !== undefined) items.push(...(await expand(inner, read, complaints, [...within, file])).items);
  }
  return { ...list, items };
};

/** A profile's map with the runbooks of included files put in the place of `include:`. */
export const withIncludes = async (
  map: MapNode,
  read: ReadYaml,
): Promise<{ readonly map: MapNode; readonly complaints: readonly Complaint[] }> => {
  const runbooks = child(map, 'runbooks');
  if (runbooks?.is !== 'list') return { map, complaints: [] };
  const complaints: Complaint[] = [];
  const list = await expand(runbooks, read, complaints, [map.position.file]);
  return { map: withValue(map, 'runbooks', list), complaints };
};
