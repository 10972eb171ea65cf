import { overlayBelow } from '../../overlays/overlay.ts';
import type { Binding, KeyContext } from '../../panes/pane.ts';
import { type Card, cardHeading, keyHints } from '../cards/card.ts';

/** Asks whether everybody who sees this screen may see what it shows. */
export const renderUnshareDialog = ({ view }: KeyContext): Card => {
  const { pen } = view;
  return {
    edge: 'shared',
    lines: [
      cardHeading(view, [
        pen.run('STOP SHARING', 'bold'),
        pen.run('  whoever sees this screen sees real names'),
      ]),
      [pen.run('hosts, addresses, clusters and users are on the next frame')],
      keyHints(pen, 'enter show them', 'esc stay shared', 'secrets stay masked'),
    ],
  };
};

const share = ({ model, view, notify: say }: KeyContext): void => {
  const { overlay, shared } = view.ui;
  if (shared) {
    model.setState({ overlay: { is: 'unshare', over: overlay } });
    return;
  }
  model.setState({ shared: true });
  say('shared: aliases in place of names and addresses · s asks to end it');
};

/** On lists, cards and help, whose last row has other things to say. */
export const shareOverlayKey: Binding = {
  id: 'share.here',
  keys: ['s'],
  description: 'share mode: aliases for names; asks to end it',
  whyNot: ({ view }) => (view.ui.overlay.is === 'unshare' ? 'it is asked already' : undefined),
  run: share,
};

/** At once on, off only after a question: one wrong key shows nothing to a customer. */
export const shareKey: Binding = { ...shareOverlayKey, id: 'share', footer: 'share' };

const close: Binding['run'] = ({ model, view }) => model.setState({ overlay: overlayBelow(view.ui.overlay) });

/** Keys of the question that ends share mode. */
export const unshareDialogKeys: readonly Binding[] = [
  {
    id: 'unshare.yes',
    keys: ['enter'],
    description: 'show hosts, names and addresses again',
    footer: 'show them',
    run: (hand) => {
      close(hand);
      hand.model.setState({ shared: false });
      hand.notify('not shared any more: real names are on the screen');
    },
  },
  { id: 'unshare.no', keys: ['esc'], description: 'stay shared', footer: 'stay shared', run: close },
];
