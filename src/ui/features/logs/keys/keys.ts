import type { Binding } from '../../../panes/pane.ts';
import { isFollowing } from '../cursor.ts';
import { askKeys } from './asking.ts';
import { chipKeys } from './chips.ts';
import { hitKeys } from './hits.ts';
import { jumpKeys } from './jumps.ts';
import { openListKeys } from './list-keys.ts';
import { logLookKeys } from './looks.ts';
import { noStream } from './no-stream.ts';
import { openSaveKey } from './save-keys.ts';
import { stripKeys } from './strip-keys.ts';
import { follow, loadOlder, standStill } from './walk.ts';

/** The keys of 8 LOGS. */
export const logKeys: readonly Binding[] = [
  {
    id: 'logs.follow',
    keys: ['f', 'space'],
    does: 'pause, or follow the newest line again',
    footer: 'pause',
    whyNot: (hand) => noStream(hand) ?? (isFollowing(hand.view) ? undefined : 'it is paused already'),
    run: standStill,
  },
  {
    id: 'logs.unpause',
    keys: ['f', 'space'],
    does: 'follow the newest line again',
    footer: 'follow',
    whyNot: (hand) => {
      if (hand.view.past !== undefined) return 'an earlier moment is looked at: . goes back to live';
      return noStream(hand) ?? (isFollowing(hand.view) ? 'it follows already' : undefined);
    },
    run: follow,
  },
  ...askKeys,
  ...chipKeys,
  ...hitKeys,
  ...jumpKeys,
  ...logLookKeys,
  ...stripKeys,
  ...openListKeys,
  openSaveKey,
  {
    id: 'logs.older',
    keys: ['b'],
    does: 'load older lines from the source',
    whyNot: noStream,
    run: loadOlder,
  },
];
