import { actKeys } from '../../keys/everywhere.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { isMouseOn } from '../../terminal/mouse/on.ts';
import { layoutItems } from '../layouts/commands.ts';
import { logItems } from '../logs/commands.ts';
import type { Item } from '../palette/items.ts';
import { loginItems } from './login-items.ts';

/** The key that lists the environments, by the name under which `:` knows it. */
const environmentItem = ({ whyNot, run }: Pick<Binding, 'whyNot' | 'run'>, hand: Hand): Item => {
  const why = whyNot?.(hand);
  return {
    id: 'env',
    text: 'list the environments',
    command: 'env',
    ...(why === undefined ? {} : { whyNot: why }),
    run: (now) => run(now),
  };
};

const mouseItem = (on: boolean, isOn: boolean): Item => ({
  id: `mouse ${on ? 'on' : 'off'}`,
  text: on
    ? 'hear clicks and the wheel'
    : 'leave clicks and the wheel to the terminal, which selects text by them',
  command: `mouse ${on ? 'on' : 'off'}`,
  ...(on === isOn ? { whyNot: `it is ${on ? 'on' : 'off'} already` } : {}),
  run: ({ model, say }) => {
    model.setState({ mouse: on });
    say(on ? 'mouse on: shift and drag selects text' : 'mouse off: :mouse on hears it again');
  },
});

/** Commands about the screen itself. */
export const shellItems = (hand: Hand): readonly Item[] => [
  ...actKeys.filter(({ id }) => id === 'environment').map((key) => environmentItem(key, hand)),
  ...loginItems(hand),
  ...layoutItems(hand),
  ...logItems(hand),
  mouseItem(true, isMouseOn(hand.view.ui, hand.view.cockpit)),
  mouseItem(false, isMouseOn(hand.view.ui, hand.view.cockpit)),
  {
    id: 'quit at once',
    text: 'quit without asking: a run that goes on is cancelled',
    command: 'quit!',
    run: ({ quit }) => quit(),
  },
];
