import type { RunView } from '../../store/cockpit.ts';
import type { Binding, Hand } from '../keys/binding.ts';
import { changeCard } from '../model.ts';
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

/** For a card with more lines than there is room for. */
export const scrollKeys: readonly Binding[] = [
  { id: 'card.down', keys: ['down', 'j'], does: 'lines below', run: scroll(1) },
  { id: 'card.up', keys: ['up', 'k'], does: 'lines above', run: scroll(-1) },
  { id: 'card.page-down', keys: ['pagedown', 'ctrl-d'], does: 'many lines below', run: scroll(10) },
  { id: 'card.page-up', keys: ['pageup', 'ctrl-b'], does: 'many lines above', run: scroll(-10) },
];
