import type { ShareNames } from '../../domain/profile.ts';
import { checkNode } from '../check.ts';
import { zShare } from '../shape/sections.ts';
import { child, type MapNode } from '../tree.ts';
import { type Built, gapWarnings } from './context.ts';

/** What share mode masks and leaves; undefined where the profile says nothing of it. A word without a value is a warning. */
export const buildShare = (tree: MapNode): Built<ShareNames | undefined> => {
  const node = child(tree, 'share');
  if (node === undefined) return { made: undefined, complaints: [] };
  const { value, complaints, gaps } = checkNode(zShare, node, { under: ['share'] });
  return {
    made: value,
    complaints: [...complaints, ...gapWarnings(gaps, 'share mode does not know it')],
  };
};
