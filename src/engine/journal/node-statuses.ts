import type { Snapshot } from '../../domain/snapshot.ts';
import { stateWord } from '../../kinds/registry.ts';
import type { SubjectStatus } from './status-comparison.ts';

/** The status of all nodes. Cordoning is a change too, although a cordoned node is OK. */
export const nodeStatuses = ({ kinds }: Snapshot): readonly SubjectStatus[] =>
  kinds.nodes.rows.map(({ key, fact, level, stale, feed }): SubjectStatus => {
    const { name, detail, source } = fact;
    return {
      id: `node ${key}`,
      kind: 'verdict',
      noun: 'node',
      what: `node ${name}`,
      word: stateWord('nodes', fact),
      ...(detail === undefined ? {} : { why: detail }),
      level,
      row: key,
      source,
      comes: feed,
      ...(stale ? { unseen: true } : {}),
    };
  });
