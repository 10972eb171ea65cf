import { type Cursor, placeOf } from '../cursor.ts';
import type { Card } from '../features/cards/card.ts';
import { field, heading, hints, innerWidth, labelCells, labelled, titled } from '../features/cards/card.ts';
import { commandCard } from '../features/command-line/card.ts';
import { environmentsCard } from '../features/environments/environments-card.ts';
import { chosenRows, exportForms } from '../features/export/export.ts';
import { helpCard } from '../features/help/help-card.ts';
import { logListCard } from '../features/logs/list-card.ts';
import { logSaveCard } from '../features/logs/save-card.ts';
import { paletteCard } from '../features/palette/palette-card.ts';
import { runbooksCard } from '../features/palette/runbooks-card.ts';
import { readerCard } from '../features/reader/reader-card.ts';
import { armsFor } from '../features/runbooks/actions.ts';
import { unshareCard } from '../features/share/card.ts';
import { marksOf } from '../model.ts';
import type { Hand } from '../panes/pane.ts';
import { countText } from '../text/ages.ts';
import { counted } from '../text/count.ts';
import type { Line } from '../text/run.ts';
import { environmentNames, offeredIds } from './lists.ts';
import type { Overlay } from './overlay.ts';
import { wordsCard } from './words.ts';

/** Asks why the environment is to be armed. */
const armCard = (hand: Hand, text: string): Card => {
  const { pen, cockpit } = hand.view;
  const env = cockpit.open?.env.toUpperCase() ?? '';
  return {
    edge: 'armed',
    lines: [
      heading(hand.view, [
        pen.run(`ARM ${env}`, 'bold'),
        pen.run(`  it can then be changed${armsFor(cockpit.arming)}`),
      ]),
      labelled(pen, 'why', field(pen, text, 'plain', innerWidth(hand.view) - labelCells)),
      hints(pen, 'enter arm', 'esc stay read-only', 'the reason goes into the ledger'),
    ],
  };
};

/** Asks whether to leave while a run is going. */
const quitCard = (hand: Hand): Card => {
  const { pen, cockpit, now } = hand.view;
  const { run } = cockpit;
  const since = countText(now - (run?.events[0]?.at ?? now));
  return {
    edge: 'warn',
    lines: [
      ...titled(
        hand.view,
        [pen.run('QUIT', 'bold')],
        `${run?.runbook.title ?? ''} has been running for ${since}`,
      ),
      [pen.run('it is cancelled; what was sent stays sent and is in the ledger')],
      hints(pen, 'enter quit', 'esc stay'),
    ],
  };
};

/** As what a pane can be written, and how many rows that would be. */
const exportCard = (hand: Hand, cursor: Cursor): Card => {
  const { view, pane } = hand;
  const { pen } = view;
  const at = placeOf(
    exportForms.map(({ form }) => form),
    cursor,
  );
  const rows = chosenRows(hand).length;
  const marked = marksOf(view.ui, pane.id).size > 0;
  const lines = exportForms.map(({ form, says }, index): Line => {
    const chosen = index === at;
    return [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(`  ${form.toUpperCase().padEnd(6)}`, chosen ? 'bold' : 'plain'),
      pen.run(says, chosen ? 'plain' : 'faint'),
    ];
  });
  return {
    edge: 'focus',
    lines: [
      heading(
        view,
        [pen.run('EXPORT', 'bold'), pen.run(`  ${pane.title}`)],
        [pen.run(counted(rows, marked ? 'marked row' : 'row'))],
      ),
      ...lines,
      ...(pane.exports === undefined
        ? []
        : pen.wrap(pane.exports, innerWidth(view)).map((text): Line => [pen.run(text, 'faint')])),
      hints(pen, 'enter write to a new file in the current directory', 'esc close'),
    ],
  };
};

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
