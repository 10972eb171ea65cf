import { percent } from '../../../domain/format.ts';
import { wrongOf } from '../wrong.ts';
import { type BreakerRow, stateOf } from './rows.ts';

const share = (word: string, value: number | undefined, limit: number | undefined): string | undefined => {
  if (value === undefined) return undefined;
  return `${percent(value, 0)} ${word}${limit === undefined ? '' : `, limit ${percent(limit, 0)}`}`;
};

/** 'OPEN · 82 % fail, limit 50 %' */
export const breakerWrong = wrongOf<BreakerRow>(({ fact }) => [
  stateOf(fact),
  share('fail', fact.failureRate, fact.failureRateThreshold),
  share('slow', fact.slowCallRate, fact.slowCallRateThreshold),
]);
