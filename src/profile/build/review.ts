import type { Review } from '../../domain/review.ts';
import { checkNode } from '../check.ts';
import { definite } from '../definite.ts';
import { zReview, zSchedule } from '../shape/review.ts';
import { child, type MapNode } from '../tree.ts';
import { type Built, gapWarnings } from './context.ts';

export const buildReview = (tree: MapNode): Built<Review | undefined> => {
  const node = child(tree, 'review');
  if (node === undefined) return { made: undefined, complaints: [] };
  const { value, complaints, gaps } = checkNode(zReview, node, { under: ['review'] });
  return {
    made: value === undefined || gaps.length > 0 ? undefined : definite(value),
    complaints: [...complaints, ...gapWarnings(gaps, 'nobody is told when it is due')],
  };
};

/** The zone of this system's days; undefined: that of this machine. */
export const buildZone = (tree: MapNode): Built<string | undefined> => {
  const node = child(tree, 'schedule');
  if (node === undefined) return { made: undefined, complaints: [] };
  const { value, complaints, gaps } = checkNode(zSchedule, node, { under: ['schedule'] });
  return {
    made: gaps.length > 0 ? undefined : value?.tz,
    complaints: [...complaints, ...gapWarnings(gaps, 'the zone of this machine is taken')],
  };
};
