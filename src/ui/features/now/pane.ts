import { goToRow, openPlace } from '../../keys/places.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Hand } from '../../panes/pane.ts';
import { madeOnce } from '../../panes/rows-of.ts';
import { byName } from '../../panes/worst-first.ts';
import { whyNotStart } from '../runbooks/actions.ts';
import { nowColumns, sinceOf } from './columns.ts';
import { nowDetails } from './details.ts';
import type { NowRow } from './rank.ts';
import { nowRows } from './rows.ts';
import { nowStates } from './states.ts';

/** To the row in its pane; a runbook is started, which puts its card up. */
const enter = (hand: Hand, row: NowRow) => {
  const { model, view, commands, say } = hand;
  if (row.is === 'runbook') {
    const { runbook } = row.suggestion;
    const whyNot = whyNotStart(view.cockpit, runbook);
    return whyNot === undefined ? commands.propose(runbook.id, {}) : say(`${runbook.title}: ${whyNot}`);
  }
  const { pane } = row;
  if (pane === undefined) return say(`no pane shows what ${row.label} would give`);
  if (row.is === 'finding') goToRow(model, pane.id, row.finding.row.key);
  openPlace(model, pane.id);
};

const keptRows = madeOnce('now', nowRows);

/** W NOW: what is wrong, of all panes, in one list. */
export const nowPane = definePane<NowRow>({
  id: 'now',
  key: 'W',
  title: 'NOW',
  noun: 'findings',
  keys: [],
  states: nowStates,
  rows: keptRows,
  orders: [
    { name: 'newest first', compare: (a, b) => (sinceOf(b) ?? 0) - (sinceOf(a) ?? 0) },
    {
      name: 'longest first',
      compare: (a, b) => (sinceOf(a) ?? Number.MAX_VALUE) - (sinceOf(b) ?? Number.MAX_VALUE),
    },
    { name: 'by name', compare: byName },
  ],
  caption: () => [],
  table: (view, _, width) => nowColumns(view, keptRows(view), width),
  details: nowDetails,
  enter,
});
