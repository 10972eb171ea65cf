import type { Binding, Hand } from '../keys/binding.ts';
import type { TextField } from '../keys/text-field.ts';
import { noOverlay } from './overlay.ts';

const close: Binding['run'] = ({ model }) => model.setState({ overlay: noOverlay });

const arm = (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'arm') return;
  if (overlay.text.trim() === '') return hand.say('arming needs a reason');
  close(hand);
  hand.commands.arm(overlay.text.trim());
};

export const armKeys: readonly Binding[] = [
  { id: 'arm.yes', keys: ['enter'], does: 'arm for this reason', footer: 'arm', run: arm },
  { id: 'arm.close', keys: ['esc'], does: 'stay read-only', run: close },
];

export const armField = (text: string): TextField => ({
  value: text,
  set: ({ model }, changed) => model.setState({ overlay: { is: 'arm', text: changed } }),
});

export const quitKeys: readonly Binding[] = [
  {
    id: 'quit.yes',
    keys: ['enter'],
    does: 'quit: the run is cancelled, what was sent stays sent',
    footer: 'quit',
    run: ({ quit }) => quit(),
  },
  { id: 'quit.no', keys: ['esc'], does: 'stay', run: close },
];
