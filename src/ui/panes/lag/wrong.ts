import { count, perSecond } from '../../../domain/format.ts';
import { seenAgo, type Wrong } from '../wrong.ts';
import type { LagRow } from './nodes.ts';

/** 'falling behind · lag 48,210 · +61/s', of a whole group. */
export const lagWrong: Wrong<LagRow> = {
  says: (view, row) => {
    const { lag, lost, rate, rows, stale, verdict } = row;
    const at = rows[0]?.fact.at ?? view.now;
    const parts = [
      verdict,
      lag === undefined ? '' : `lag ${count(lag)}`,
      lost === 0 ? '' : `lost to retention: ${count(lost)}`,
      rate === undefined ? '' : perSecond(rate),
    ];
    return `${seenAgo(view, at, stale)}${parts.filter((part) => part !== '').join(' · ')}`;
  },
  since: ({ since }) => since,
};
