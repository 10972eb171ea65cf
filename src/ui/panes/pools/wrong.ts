import { count } from '../../../domain/format.ts';
import { inUse } from '../../../domain/pool-use.ts';
import { seenAgo, type Wrong } from '../wrong.ts';
import { verdictWord } from './columns.ts';
import type { PoolRow } from './rows.ts';

/** 'exhausted · 20 of 20 in use · 37 wait', 'over limit · 160 of 97' */
const partsOf = (row: PoolRow): readonly string[] => {
  const { fact, use } = row;
  if (use !== undefined) return [verdictWord(row), `may open ${count(use.max)} of ${count(use.server.max)}`];
  return [
    verdictWord(row),
    inUse(fact) === undefined ? '' : `${count(inUse(fact))} of ${count(fact.max)} in use`,
    fact.pending === undefined || fact.pending === 0 ? '' : `${count(fact.pending)} wait`,
  ];
};

export const poolWrong: Wrong<PoolRow> = {
  says: (view, row) =>
    `${seenAgo(view, row.fact.at, row.stale)}${partsOf(row)
      .filter((part) => part !== '')
      .join(' · ')}`,
  since: ({ since }) => since,
};
