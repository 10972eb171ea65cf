import { seenAgo, type Wrong } from '../wrong.ts';
import type { AlertRow } from './rows.ts';

/** 'FIRING · burns 14× the budget' */
export const alertWrong: Wrong<AlertRow> = {
  says: (view, { fact, row }) =>
    `${seenAgo(view, fact.at, row.stale)}${[fact.state.toUpperCase(), fact.summary].filter((part) => part !== '').join(' · ')}`,
  since: ({ since }) => since,
};
