import type { EnvironmentRef } from '../../store/cockpit.ts';
import { type Cursor, placeOf } from '../cursor.ts';
import type { Card } from '../features/cards/card.ts';
import {
  field,
  heading,
  hints,
  innerWidth,
  labelCells,
  labelled,
  pageOf,
  titled,
} from '../features/cards/card.ts';
import { commandCard } from '../features/command-line/card.ts';
import { chosenRows, exportForms } from '../features/export/export-list.ts';
import { helpCard } from '../features/help/help.ts';
import { logListCard } from '../features/logs/list-card.ts';
import { logSaveCard } from '../features/logs/save-card.ts';
import { paletteCard } from '../features/palette/palette-card.ts';
import { runbooksCard } from '../features/palette/runbooks-card.ts';
import { readerCard } from '../features/reader/reader.ts';
import { armsFor } from '../features/runbooks/actions.ts';
import { unshareCard } from '../features/share/keys.ts';
import { keyOf } from '../keys/rebound.ts';
import { marksOf } from '../model.ts';
import type { Hand } from '../panes/pane.ts';
import { counted, countText } from '../text/ages.ts';
import type { Line } from '../text/run.ts';
import { spread } from '../text/run.ts';
import { widthOf } from '../text/width.ts';
import { environmentNames, mustPick, offeredIds } from './lists.ts';
import type { Overlay } from './overlay.ts';
import { wordsCard } from './words.ts';

/** Every environment that can be opened, with its tier in its colour. */
const environmentsCard = (hand: Hand, at: number, room: number): Card => {
  const { pen, cockpit } = hand.view;
  const { file } = cockpit.environments[at] ?? {};
  // Where a profile is may name a person, and nothing on a shared screen needs it.
  const from: readonly Line[] =
    file === undefined || pen.shared
      ? []
      : [[pen.run('profile ', 'faint'), pen.run(pen.cutInside(file, innerWidth(hand.view) - 8))]];
  const seen = pageOf('environments', cockpit.environments.length, at, room - from.length);
  const name = ({ system, env }: EnvironmentRef): string => pen.maskText(`${system}/${env}`);
  const nameCells = Math.max(0, ...cockpit.environments.map((one) => widthOf(name(one))));
  const lines = cockpit.environments.slice(seen.from, seen.from + seen.count).map((one, index): Line => {
    const chosen = seen.from + index === at;
    const open = one.env === cockpit.open?.env && one.system === cockpit.open.system;
    const left = [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(`  ${name(one).padEnd(nameCells + 2)}`, chosen ? 'bold' : 'plain'),
      pen.run(one.title, 'faint'),
    ];
    return spread(
      left,
      [pen.run(open ? 'open  ' : ''), pen.run(` ${one.tier} `, `env.${one.tier}`)],
      innerWidth(hand.view),
      'plain',
      pen.mark,
    );
  });
  return {
    edge: 'focus',
    lines: [
      heading(hand.view, [pen.run('ENVIRONMENTS', 'bold')], [pen.run(`${cockpit.environments.length}`)]),
      ...lines,
      ...from,
      hints(
        pen,
        'enter open',
        mustPick(cockpit, hand.view.ui) ? `${keyOf(cockpit, 'quit', 'q')} quit` : 'esc close',
      ),
    ],
  };
};

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
