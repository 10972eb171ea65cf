import type { Complaint } from '../../domain/position.ts';
import { refuse } from '../complaints.ts';
import { didYouMean } from '../did-you-mean.ts';
import { child, type Node } from '../tree.ts';

/** A runbook that is named and not there. */
export const stranger = (
  item: Node | undefined,
  label: string,
  runbooks: readonly string[],
): readonly Complaint[] =>
  item?.is !== 'scalar' ||
  typeof item.value !== 'string' ||
  item.gaps !== undefined ||
  runbooks.includes(item.value)
    ? []
    : [
        refuse(
          item.position,
          `${label}: there is no runbook "${item.value}"`,
          didYouMean(item.value, runbooks, 'there are none'),
        ),
      ];

/** Runbooks that a list under `key` names and that are not there. */
export const strangers = (
  node: Node,
  key: string,
  label: string,
  runbooks: readonly string[],
): readonly Complaint[] => {
  const list = child(node, key);
  if (list?.is !== 'list') return [];
  return list.items.flatMap((item) => stranger(item, label, runbooks));
};
