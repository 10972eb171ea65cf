import { travel, whyNotTravel } from '../features/environments/travel.ts';
import type { Binding } from '../panes/pane.ts';
import { isMouseOn } from '../terminal/mouse/on.ts';

/**
 * Keys that go back and forward through places. Most terminals send the same for `ctrl-i` as for `tab`, so that going
 * forward has a second key, which every terminal can tell.
 */
export const placeKeys: readonly Binding[] = [
  {
    id: 'place.back',
    keys: ['ctrl-o'],
    does: 'back to the place before this one',
    whyNot: whyNotTravel('back'),
    run: travel('back'),
  },
  {
    id: 'place.forward',
    keys: ['ctrl-f', 'ctrl-i'],
    does: 'forward again (ctrl-i: where it is not tab)',
    whyNot: whyNotTravel('forward'),
    run: travel('forward'),
  },
  {
    // No key: a line of help for what hands do with the mouse.
    id: 'mouse.line',
    keys: ['click, wheel'],
    does: 'row, pane, footer; shift+drag selects text',
    whyNot: ({ view }) => (isMouseOn(view.ui, view.cockpit) ? undefined : 'off: :mouse on'),
    run: () => {},
  },
];
