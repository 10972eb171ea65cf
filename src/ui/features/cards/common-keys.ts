import type { RunView } from '../../../store/cockpit.ts';
import { maxCardHeight, maxCardScroll } from '../../kit/components/card.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { scrollKeys } from '../../shell/dialogs/scroll-keys.ts';
import { currentRun } from '../../shell/state/current-run.ts';
import { changeCard, runCardState } from './confirmation.ts';
import { renderRunCard } from './run-card.ts';

/** Runs a key action with the run of the open card. */
export const withCurrentRun =
  (act: (context: KeyContext, run: RunView) => void) =>
  (context: KeyContext): void => {
    const run = currentRun(context.view);
    if (run !== undefined) act(context, run);
  };

export const closeCardKey: Binding = {
  id: 'card.close',
  keys: ['esc', 'q'],
  description: 'close the card',
  footer: 'close',
  run: ({ commands }) => commands.decline(),
};

/** Leaves the field of a parameter that was about to be changed. */
export const backToPreviewKey: Binding = {
  id: 'card.back',
  keys: ['esc', 'q'],
  description: 'go back to the preview. Nothing changes',
  footer: 'back',
  run: ({ commands }) => commands.decline(),
};

/** Scroll keys for cards that do not fit the screen. */
export const cardScrollKeys = scrollKeys({
  id: 'card',
  ends: ['the first line', 'the last line'],
  mayBeText: true,
  position: ({ view }) => {
    const run = currentRun(view);
    if (run === undefined) return undefined;
    const last = maxCardScroll(renderRunCard(view, run), maxCardHeight(view.rows));
    return { from: Math.min(last, runCardState(view, run).scroll), last };
  },
  scrollTo: (context, from) =>
    withCurrentRun((_, run) => changeCard(context, run, { scroll: from }))(context),
});

/** Shows a card in its short form or with everything. */
export const showCallsKey: Binding = {
  id: 'card.calls',
  keys: ['tab'],
  description: 'show the complete calls and checks, or hide them',
  run: withCurrentRun((context, run) =>
    changeCard(context, run, { showsCalls: !runCardState(context.view, run).showsCalls }),
  ),
};
