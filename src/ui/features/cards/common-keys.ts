import type { RunView } from '../../../store/cockpit.ts';
import type { Binding, KeyContext } from '../../panes/pane.ts';
import { maxCardHeight, maxCardScroll } from './card.ts';
import { changeCard, currentRun, runCardState } from './confirmation.ts';
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
  keys: ['esc'],
  description: 'close the card',
  footer: 'close',
  run: ({ commands }) => commands.decline(),
};

/** Leaves the field of a parameter that was about to be changed. */
export const backToPreviewKey: Binding = {
  id: 'card.back',
  keys: ['esc'],
  description: 'go back to the preview; nothing changes',
  footer: 'back',
  run: ({ commands }) => commands.decline(),
};

const scroll = (step: number): Binding['run'] =>
  withCurrentRun((context, run) => {
    const { view } = context;
    const last = maxCardScroll(renderRunCard(view, run), maxCardHeight(view.rows));
    const to = Math.max(0, Math.min(last, runCardState(view, run).scroll + step));
    changeCard(context, run, { scroll: to });
  });

const allInSight = ({ view }: KeyContext): string | undefined => {
  const run = currentRun(view);
  const hidden = run !== undefined && maxCardScroll(renderRunCard(view, run), maxCardHeight(view.rows)) > 0;
  return hidden ? undefined : 'nothing to scroll';
};

const scrollKey = (id: string, keys: readonly string[], does: string, step: number): Binding => ({
  id: `card.${id}`,
  keys,
  description: does,
  whyNot: allInSight,
  run: scroll(step),
});

/** Scroll keys for cards that do not fit the screen. */
export const cardScrollKeys: readonly Binding[] = [
  scrollKey('down', ['down', 'j'], 'scroll down', 1),
  scrollKey('up', ['up', 'k'], 'scroll up', -1),
  scrollKey('page-down', ['pagedown', 'ctrl-d'], 'scroll down a page', 10),
  scrollKey('page-up', ['pageup', 'ctrl-b'], 'scroll up a page', -10),
];

/** Shows a card in its short form or with everything. */
export const showCallsKey: Binding = {
  id: 'card.calls',
  keys: ['tab'],
  description: 'show or hide full calls and checks',
  run: withCurrentRun((context, run) =>
    changeCard(context, run, { showsCalls: !runCardState(context.view, run).showsCalls }),
  ),
};
