import type { LogsState } from '../../../logs/ring/state.ts';
import { shortMoment } from '../../past/words.ts';
import { fitLine, type Line } from '../../text/run.ts';
import type { View } from '../../view.ts';

/** The row behind which the moment lies that is looked at: rows after it were written later. Undefined: what is live. */
export const momentPlace = ({ past }: View, { ring }: LogsState): number | undefined =>
  past === undefined ? undefined : ring.atTime((past.at ?? past.wanted) + 1) - 1;

/** '── 09:40:15, every pane shows this moment ──' */
export const momentLine = ({ pen, past, now, wallOffset }: View, width: number): Line => {
  if (past === undefined) return [];
  const wall = (past.live.now ?? now) + (past.live.wallOffset ?? wallOffset);
  const text = ` ${shortMoment(past.at ?? past.wanted, wall)}: every pane shows this moment `;
  return fitLine(
    [pen.run(`   --${text}`, 'past'), pen.run('-'.repeat(width), 'past')],
    width - 1,
    'past',
    '-',
  );
};
