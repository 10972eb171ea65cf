import type { AuditCopy } from '../../domain/guard.ts';
import { checkNode } from '../check.ts';
import { zAudit } from '../shape/audit.ts';
import { child, type MapNode } from '../tree.ts';
import { type Built, gapWarnings } from './context.ts';

/** Where copies of the ledger go; none where the profile says nothing of it, or a reference in it has no value (a warning). */
export const buildAudit = (tree: MapNode): Built<readonly AuditCopy[]> => {
  const node = child(tree, 'audit');
  if (node === undefined) return { made: [], complaints: [] };
  const { value, complaints, gaps } = checkNode(zAudit, node, { under: ['audit'] });
  return {
    made: value === undefined || gaps.length > 0 ? [] : value.copy,
    complaints: [...complaints, ...gapWarnings(gaps, 'no copy of the ledger is sent')],
  };
};
