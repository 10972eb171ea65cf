import { type Card, cardHeading, keyHints } from '../../kit/components/card.ts';
import { type Overlay, overlayBelow } from '../../shell/contract/overlay.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { Binding, KeyContext } from '../../shell/contract/pane.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    /** The question whether to end share mode. */
    readonly unshare: { readonly is: 'unshare'; readonly over: Overlay };
  }
}

/** Renders the dialog that confirms the end of share mode. */
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
  say(
    `share mode on: aliases replace names and addresses · ${boundKey(view.cockpit, 'share', 's')} ends share mode`,
  );
};

/** The share key for overlays, whose footer has no room for it. */
export const shareOverlayKey: Binding = {
  id: 'share.here',
  keys: ['s'],
  description: 'share the screen: show aliases instead of names',
  whyNot: ({ view }) =>
    view.ui.overlay.is === 'unshare' ? 'opsdeck already asks whether to end share mode' : undefined,
  run: share,
};

/** Turns share mode on at once, and off only after a question, so that one wrong key reveals nothing. */
export const shareKey: Binding = { ...shareOverlayKey, id: 'share', footer: 'share' };

/** The command `:share`, which does what the key does. */
export const shareItem = ({ view: { ui, cockpit } }: KeyContext): PaletteItem => ({
  id: 'share',
  text: ui.shared
    ? 'share mode: show real names again'
    : 'share mode: show aliases instead of names and addresses',
  section: 'Settings',
  command: 'share',
  key: boundKey(cockpit, 'share', 's'),
  confirms: true,
  run: share,
});

const close: Binding['run'] = ({ model, view }) => model.setState({ overlay: overlayBelow(view.ui.overlay) });

/** Keys of the dialog that ends share mode. */
export const unshareDialogKeys: readonly Binding[] = [
  {
    id: 'unshare.yes',
    keys: ['enter'],
    description: 'show real names and addresses',
    footer: 'show names',
    confirms: true,
    run: (context) => {
      close(context);
      context.model.setState({ shared: false });
      context.notify('share mode off: real names are visible');
    },
  },
  { id: 'unshare.no', keys: ['esc'], description: 'keep sharing', footer: 'keep sharing', run: close },
];
