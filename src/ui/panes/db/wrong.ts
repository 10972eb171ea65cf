import { ageText } from '../../../domain/duration.ts';
import { wrongOf } from '../wrong.ts';
import { type SessionRow, workingMs } from './rows.ts';

/** 'blocks 2 · idle in transaction for 14m', 'waits: Lock: tuple' */
export const sessionWrong = wrongOf<SessionRow>(({ fact, blocks }) => {
  const working = workingMs(fact);
  return [
    blocks === 0 ? '' : `blocks ${blocks}`,
    `${fact.state}${working < 0 ? '' : ` for ${ageText(working)}`}`,
    fact.waiting === '' ? '' : `waits: ${fact.waiting}`,
  ];
});
