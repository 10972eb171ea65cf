import { ageText } from '../../../domain/duration.ts';
import { blockedText, workingMs } from '../../../domain/session-state.ts';
import { wrongOf } from '../wrong.ts';
import type { SessionRow } from './rows.ts';

/** 'blocks 2 · idle in transaction for 14m', 'waits for 41 · active for 2m · waits: Lock: tuple' */
export const sessionWrong = wrongOf<SessionRow>(({ fact, blocks }) => {
  const working = workingMs(fact);
  return [
    blocks === 0 ? '' : `blocks ${blocks}`,
    blockedText(fact.blockedBy),
    `${fact.state === '' ? 'unknown' : fact.state}${working < 0 ? '' : ` for ${ageText(working)}`}`,
    fact.waiting === '' ? '' : `waits: ${fact.waiting}`,
  ];
});
