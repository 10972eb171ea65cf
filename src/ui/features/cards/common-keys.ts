import type { RunView } from '../../../store/cockpit.ts';
import { changeCard } from '../../model.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { cardRoom, lastScroll } from './card.ts';
import { cardStateOf, questionOf, runOnScreen } from './question.ts';
import { runCard } from './run-card.ts';

/** What a key does with the run whose card is up. */
export const withRun =
  (act: (hand: Hand, run: RunView) => void) =>
  (hand: Hand): void => {
    const run = runOnScreen(hand.view);
    if (run !== undefined) act(hand, run);
  };

export const closeKey: Binding = {
  id: 'card.close',
  keys: ['esc'],
  does: 'close the card',
  footer: 'close',
  run: ({ commands }) => commands.decline(),
};

const scroll = (step: number): Binding['run'] =>
  withRun(({ model, view }, run) => {
    const last = lastScroll(runCard(view, run), cardRoom(view.rows));
    const to = Math.max(0, Math.min(last, cardStateOf(view, run).scroll + step));
    changeCard(model, questionOf(run), { scroll: to });
  });

const allInSight = ({ view }: Hand): string | undefined => {
  const run = runOnScreen(view);
  const hidden = run !== undefined && lastScroll(runCard(view, run), cardRoom(view.rows)) > 0;
  return hidden ? undefined : 'all of it is in sight';
};

const scrollKey = (id: string, keys: readonly string[], does: string, step: number): Binding => ({
  id: `card.${id}`,
  keys,
  does,
  whyNot: allInSight,
  run: scroll(step),
});

/** For a card with more lines than there is room for. */
export const scrollKeys: readonly Binding[] = [
  scrollKey('down', ['down', 'j'], 'lines below', 1),
  scrollKey('up', ['up', 'k'], 'lines above', -1),
  scrollKey('page-down', ['pagedown', 'ctrl-d'], 'many lines below', 10),
  scrollKey('page-up', ['pageup', 'ctrl-b'], 'many lines above', -10),
];
