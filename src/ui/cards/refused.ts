import type { Proposal } from '../../domain/run.ts';
import type { RunView } from '../../store/cockpit.ts';
import { wrap } from '../text/width.ts';
import type { View } from '../view.ts';
import { type Card, dangerWord, heading, hints, innerWidth, labelled } from './card.ts';
import { diagnosisLines } from './diagnosis.ts';
import { cardStateOf } from './question.ts';

const refusalWords = {
  forbidden: 'FORBIDDEN',
  'not-applicable': 'NOT APPLICABLE',
  failed: 'FAILED',
} as const;

/** A gate that already says no, or a plan that could not be made. Nothing was sent, and nothing can be. */
export const refusedCard = (view: View, run: RunView, proposal: Proposal): Card => {
  const { pen, cockpit } = view;
  const { ending = 'failed', why = '' } = proposal.refusal ?? {};
  const arm = cockpit.arming.readOnly && cockpit.arming.armedUntil === undefined ? ['A arm'] : [];
  return {
    edge: ending === 'failed' ? 'crit' : 'warn',
    scroll: cardStateOf(view, run).scroll,
    lines: [
      heading(
        view,
        [
          pen.glyph('denied', 'down'),
          pen.run(` ${refusalWords[ending]}`, 'bold'),
          pen.run(`   ${proposal.title}`),
        ],
        dangerWord(pen, proposal.danger),
      ),
      ...wrap(why, innerWidth(view) - 9).map((text, index) => labelled(pen, index === 0 ? 'why' : '', text)),
      labelled(pen, 'sent', 'nothing'),
      ...diagnosisLines(view, run),
      hints(pen, ...arm, 'r plan again', 'esc close'),
    ],
  };
};
