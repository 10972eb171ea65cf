import type { Features } from '../contract/features.ts';
import { paneState } from '../contract/model.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import { armKey, helpKey, interruptKey, quitKey, requestRowDetails, suspendKey } from './shared-keys.ts';

const notOpen = ({ view }: KeyContext): string | undefined =>
  view.cockpit.open === undefined ? 'no environment is open yet' : undefined;

/** Keys that search by name. */
export const searchAnywhereKeys = (features: Features): readonly Binding[] => [...features.keys('search')];

/** Global action keys. */
export const actionKeys = (features: Features): readonly Binding[] => [
  ...features.keys('actions'),
  ...features.keys('incident'),
  ...features.keys('approval'),
  ...features.keys('runs'),
  {
    ...armKey,
    id: 'arm',
    whyNot: (context) => notOpen(context) ?? armKey.whyNot?.(context),
  },
  {
    id: 'disarm',
    keys: ['A'],
    description: 'disarm the environment, so that it is read-only again',
    footer: 'disarm',
    whyNot: ({ view }) => (view.cockpit.arming.armedUntil === undefined ? 'not armed' : undefined),
    run: ({ commands }) => commands.disarm(),
  },
  ...features.keys('environment'),
  {
    id: 'ask',
    keys: ['r'],
    description: 'refresh all sources now',
    footer: 'refresh',
    whyNot: notOpen,
    run: (context) => {
      context.commands.askNow();
      if (paneState(context.view.ui, context.pane.id).opened) requestRowDetails(context);
      context.notify('refreshing all sources');
    },
  },
  helpKey,
  suspendKey,
  interruptKey,
  quitKey,
];
