import type { Binding, Hand, TextField } from '../panes/pane.ts';
import { type Overlay, under } from './overlay.ts';

const close: Binding['run'] = ({ model, view }) => model.setState({ overlay: under(view.ui.overlay) });

const arm = (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'arm') return;
  if (overlay.text.trim() === '') return hand.say('arming needs a reason');
  close(hand);
  hand.commands.arm(overlay.text.trim());
};

export const armKeys: readonly Binding[] = [
  { id: 'arm.yes', keys: ['enter'], does: 'arm for this reason', footer: 'arm', run: arm },
  { id: 'arm.close', keys: ['esc'], does: 'stay read-only', footer: 'stay read-only', run: close },
];

export const armField = (arm: Extract<Overlay, { is: 'arm' }>): TextField => ({
  value: arm.text,
  set: ({ model }, text) => model.setState({ overlay: { ...arm, text } }),
});

export const quitKeys: readonly Binding[] = [
  {
    id: 'quit.yes',
    keys: ['enter'],
    does: 'quit: the run is cancelled, what was sent stays sent',
    footer: 'quit',
    run: ({ quit }) => quit(),
  },
  { id: 'quit.no', keys: ['esc'], does: 'stay', footer: 'stay', run: close },
];
