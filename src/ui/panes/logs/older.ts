import { count } from '../../../domain/format.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';

/** What stands above the oldest line: what was dropped, and whether older ones can be had. '' when nothing is to be said. */
const olderText = ({ ring, older }: LogsState): string => {
  const dropped =
    ring.evicted === 0
      ? ''
      : `${count(ring.evicted)} older lines dropped: the ring holds ${count(ring.count)}`;
  const more = {
    idle: 'b loads older',
    loading: 'loading older lines',
    start: 'nothing older was written',
    unable: older.is === 'unable' ? `older lines cannot be had: ${older.why}` : '',
  }[older.is];
  return [dropped, more].filter((part) => part !== '').join(' · ');
};

export const olderLine = ({ pen }: View, logs: LogsState): Line => [
  pen.run(`   -- ${olderText(logs)} --`, logs.ring.evicted > 0 ? 'warn' : 'faint'),
];
