import { argvLine } from '../../../domain/argv.ts';
import type { Proposal } from '../../../domain/proposal.ts';
import type { RunView } from '../../../store/run-types.ts';
import { inKeys } from '../../text/in-keys.ts';
import type { View } from '../../view.ts';
import { notArmed } from '../runbooks/actions.ts';
import { type Card, dangerWord, hints, labelled, titled } from './card.ts';
import { diagnosisLines } from './diagnosis.ts';
import { gateLines, overridable } from './gate-lines.ts';
import { listed } from './listed.ts';
import { cardStateOf } from './question.ts';

const refusalWords = {
  forbidden: 'FORBIDDEN',
  'not-applicable': 'NOT APPLICABLE',
  failed: 'FAILED',
} as const;

/** A gate that already says no, or a plan that could not be made. Nothing was sent, and nothing can be. */
export const refusedCard = (view: View, run: RunView, proposal: Proposal): Card => {
  const { pen, cockpit } = view;
  const { calls: all, scroll } = cardStateOf(view, run);
  const { ending = 'failed', why = '', login } = proposal.refusal ?? {};
  const arm = notArmed(cockpit) === undefined ? [] : ['A arm'];
  const breaks = overridable(proposal) === undefined ? [] : ['o override'];
  const head = titled(
    view,
    [pen.glyph('denied', 'down'), pen.run(` ${refusalWords[ending]}`, 'bold')],
    proposal.title,
    dangerWord(pen, proposal.danger),
  );
  return {
    edge: ending === 'failed' ? 'crit' : 'warn',
    head: head.length,
    scroll,
    lines: [
      ...head,
      ...listed(view, 'why', [inKeys(why, cockpit)], { all: true }),
      ...(login?.argv === undefined ? [] : [labelled(pen, 'renew', argvLine(login.argv))]),
      labelled(pen, 'sent', 'nothing'),
      ...gateLines(view, proposal, all),
      ...diagnosisLines(view, run, all),
      hints(
        pen,
        ...(login?.argv === undefined ? [] : ['l log in']),
        ...arm,
        ...breaks,
        'r plan again',
        'esc close',
      ),
    ],
  };
};
