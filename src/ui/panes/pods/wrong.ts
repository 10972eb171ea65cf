import { counted } from '../../text/count.ts';
import { wrongOf } from '../wrong.ts';
import { type WorkloadRow, wordOf } from './nodes.ts';

/** 'OOMKilled · 0 of 1 ready · exit 137 · 11 restarts' */
export const workloadWrong = wrongOf<WorkloadRow>((row) => {
  const { ready, wanted, restarts = 0, detail } = row.fact;
  const word = wordOf(row);
  const lacks = ready !== undefined && wanted !== undefined && ready < wanted;
  return [
    word,
    lacks && !word.includes('ready') ? `${ready} of ${wanted} ready` : '',
    detail,
    restarts === 0 ? '' : counted(restarts, 'restart'),
  ];
});
