import type { Card } from '../cards/card.ts';
import { commandCard } from '../command/card.ts';
import { placeOf } from '../cursor.ts';
import type { Hand } from '../keys/binding.ts';
import { logListCard } from '../panes/logs/list-card.ts';
import { logSaveCard } from '../panes/logs/save-card.ts';
import { unshareCard } from '../share/card.ts';
import { environmentsCard } from './environments-card.ts';
import { exportCard } from './export-card.ts';
import { helpCard } from './help-card.ts';
import { environmentNames, offeredIds } from './lists.ts';
import type { Overlay } from './overlay.ts';
import { paletteCard } from './palette-card.ts';
import { armCard, quitCard } from './question-cards.ts';
import { readerCard } from './reader-card.ts';
import { runbooksCard } from './runbooks-card.ts';
import { wordsCard } from './words.ts';

/** The card of what a key put up, at most `room` lines high; undefined when nothing is up. */
export const overlayCard = (hand: Hand, overlay: Overlay, room: number): Card | undefined => {
  switch (overlay.is) {
    case 'none':
      return undefined;
    case 'help':
      return helpCard(hand, overlay, room);
    case 'palette':
      return paletteCard(hand, overlay, room);
    case 'command':
      return commandCard(hand, overlay, room);
    case 'environments':
      return environmentsCard(hand, placeOf(environmentNames(hand), overlay.cursor), room);
    case 'runbooks':
      return runbooksCard(hand, placeOf(offeredIds(hand), overlay.cursor), room);
    case 'export':
      return exportCard(hand, overlay.cursor);
    case 'reader':
      return readerCard(hand, overlay);
    case 'log-list':
      return logListCard(hand, overlay, room);
    case 'log-save':
      return logSaveCard(hand, overlay);
    case 'arm':
      return armCard(hand, overlay.text);
    case 'words':
      return wordsCard(hand, overlay);
    case 'quit':
      return quitCard(hand);
    case 'unshare':
      return unshareCard(hand);
  }
};
