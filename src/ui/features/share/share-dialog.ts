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
        pen.run('  viewers of this screen will see real names'),
      ]),
      [pen.run('hosts, addresses, clusters and users become visible at once')],
      keyHints(pen, 'enter show names', 'esc keep sharing', 'secrets stay masked'),
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
  say('share mode on: aliases replace names and addresses · s ends it');
};

/** On lists, cards and help, whose last row has other things to say. */
export const shareOverlayKey: Binding = {
  id: 'share.here',
  keys: ['s'],
  description: 'share the screen: show aliases instead of names',
  whyNot: ({ view }) => (view.ui.overlay.is === 'unshare' ? 'the question is already open' : undefined),
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
    description: 'show real names and addresses',
    footer: 'show names',
    run: (hand) => {
      close(hand);
      hand.model.setState({ shared: false });
      hand.notify('share mode off: real names are visible');
    },
  },
  { id: 'unshare.no', keys: ['esc'], description: 'keep sharing', footer: 'keep sharing', run: close },
];
