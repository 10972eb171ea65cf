import type { Binding } from '../../panes/pane.ts';
import { withCurrentRun } from './common-keys.ts';
import { changeCard, runCardState } from './confirmation.ts';

/** Shows a card in its short form or with everything. */
export const showCallsKey: Binding = {
  id: 'card.calls',
  keys: ['tab'],
  description: 'show or hide full calls and checks',
  run: withCurrentRun((context, run) =>
    changeCard(context, run, { showsCalls: !runCardState(context.view, run).showsCalls }),
  ),
};
