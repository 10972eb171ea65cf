import type { Rung } from '../../domain/guard.ts';
import { zRung } from '../shape/authority.ts';
import { child, type MapNode, textAt } from '../tree.ts';
import { type Built, mapsIn } from './context.ts';
import { strangers } from './known-runbooks.ts';
import { buildList } from './lists.ts';

/**
 * The authority ladder, lowest first; undefined where the profile says nothing of it. A rung without a value is left
 * out with a warning, and the ladder stays: who then stands on none may only read.
 */
export const buildAuthority = (
  tree: MapNode,
  runbooks: readonly string[],
): Built<readonly Rung[] | undefined> => {
  if (child(tree, 'authority') === undefined) return { made: undefined, complaints: [] };
  const { made, complaints } = buildList(tree, 'authority', zRung, 'id', 'rung');
  const dangling = mapsIn(tree, 'authority').maps.flatMap((node) =>
    strangers(node, 'also', `rung ${textAt(node, 'id') ?? ''}`, runbooks),
  );
  return {
    made: made.map(({ id, title, who, may, also }) => ({ id, title: title ?? id, who, may, also })),
    complaints: [...complaints, ...dangling],
  };
};
