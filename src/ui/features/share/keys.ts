import { under } from '../../overlays/overlay.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { type Card, heading, hints } from '../cards/card.ts';

/** Asks whether everybody who sees this screen may see what it shows. */
export const unshareCard = ({ view }: Hand): Card => {
  const { pen } = view;
  return {
    edge: 'shared',
    lines: [
      heading(view, [pen.run('STOP SHARING', 'bold'), pen.run('  whoever sees this screen sees real names')]),
      [pen.run('hosts, addresses, clusters and users are on the next frame')],
      hints(pen, 'enter show them', 'esc stay shared', 'secrets stay masked'),
    ],
  };
};

const share = ({ model, view, say }: Hand): void => {
  const { overlay, shared } = view.ui;
  if (shared) {
    model.setState({ overlay: { is: 'unshare', over: overlay } });
    return;
  }
  model.setState({ shared: true });
  say('shared: aliases in place of names and addresses · s asks to end it');
};

/** On lists, cards and help, whose last row has other things to say. */
export const shareHere: Binding = {
  id: 'share.here',
  keys: ['s'],
  does: 'share mode: aliases for names; asks to end it',
  whyNot: ({ view }) => (view.ui.overlay.is === 'unshare' ? 'it is asked already' : undefined),
  run: share,
};

/** At once on, off only after a question: one wrong key shows nothing to a customer. */
export const shareKey: Binding = { ...shareHere, id: 'share', footer: 'share' };

const close: Binding['run'] = ({ model, view }) => model.setState({ overlay: under(view.ui.overlay) });

/** Keys of the question that ends share mode. */
export const unshareKeys: readonly Binding[] = [
  {
    id: 'unshare.yes',
    keys: ['enter'],
    does: 'show hosts, names and addresses again',
    footer: 'show them',
    run: (hand) => {
      close(hand);
      hand.model.setState({ shared: false });
      hand.say('not shared any more: real names are on the screen');
    },
  },
  { id: 'unshare.no', keys: ['esc'], does: 'stay shared', footer: 'stay shared', run: close },
];
