import type { Checklist } from '../../domain/checklist.ts';
import type { Complaint } from '../../domain/position.ts';
import { checkReading, type KnownNames } from '../../runs/runbooks/check.ts';
import { refuse } from '../complaints.ts';
import { definite } from '../definite.ts';
import { zChecklist } from '../shape/checklist.ts';
import { child, type MapNode, type Node, nearest, textAt } from '../tree.ts';
import type { BuiltSource } from './context.ts';
import { type Built, duplicates, mapsIn } from './context.ts';
import { stranger } from './known-runbooks.ts';
import { buildList } from './lists.ts';
import { pathOf } from './paths.ts';
import { stepComplaints } from './steps.ts';

const itemsOf = (node: MapNode): readonly Node[] => {
  const list = child(node, 'items');
  return list?.is === 'list' ? list.items : [];
};

/** What the items name: it is there, and only reads. */
const itemComplaints = (
  node: MapNode,
  label: string,
  known: KnownNames,
  sources: readonly BuiltSource[],
): readonly Complaint[] => {
  const items = itemsOf(node);
  const steps = items.map((item) => definite({ that: textAt(item, 'that'), use: textAt(item, 'use') }));
  const named = checkReading('items', steps, known)
    .map((one) => ({ ...one, node: nearest(node, pathOf(one.path)) }))
    .filter((one) => one.node.is !== 'scalar' || one.node.gaps === undefined)
    .map((one) => refuse(one.node.position, `${label} ${one.path}: ${one.what}`, one.todo));
  const maps = items.filter((item) => item.is === 'map');
  return [
    ...named,
    ...stepComplaints(node, label, sources, ['items']),
    ...duplicates(maps, 'id', `${label} item`),
  ];
};

/** The checklists of a profile: what they name is there, their expressions parse, what they ask only reads. */
export const buildChecklists = (
  tree: MapNode,
  sources: readonly BuiltSource[],
  known: KnownNames,
  runbooks: readonly string[],
): Built<readonly Checklist[]> => {
  const { made, complaints } = buildList(tree, 'checklists', zChecklist, 'id', 'checklist');
  const named = mapsIn(tree, 'checklists').maps.flatMap((node) => {
    const label = `checklist ${textAt(node, 'id') ?? ''}`;
    return [
      ...[node, ...itemsOf(node)].flatMap((one) => stranger(child(one, 'runbook'), label, runbooks)),
      ...itemComplaints(node, label, known, sources),
    ];
  });
  return {
    made: made.map(({ title, items, ...rest }) =>
      definite({ ...rest, title: title ?? rest.id, items: items.map((item) => definite(item)) }),
    ),
    complaints: [...complaints, ...named],
  };
};
