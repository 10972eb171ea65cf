import type { Hand } from '../../keys/binding.ts';
import { goToRow, openPlace } from '../../keys/places.ts';
import { definePane } from '../define-pane.ts';
import { byName, worstFirst } from '../worst-first.ts';
import { journalColumns } from './columns.ts';
import { journalDetails } from './details.ts';
import { placeOf } from './locate.ts';
import { type JournalRow, journalRows } from './rows.ts';
import { journalStates } from './states.ts';

/** To the row that it is about, if that is still there. */
const enter = ({ model, view, say }: Hand, { entry }: JournalRow) => {
  const place = placeOf(view, entry.row);
  if (place === undefined)
    return say(
      entry.row === undefined ? `${entry.what} is no row of a pane` : `${entry.what} is not there now`,
    );
  goToRow(model, place.pane.id, place.key);
  openPlace(model, place.pane.id);
};

/** J JOURNAL: what changed when. */
export const journalPane = definePane<JournalRow>({
  id: 'journal',
  key: 'J',
  title: 'JOURNAL',
  noun: 'changes',
  keys: [],
  states: journalStates,
  from: ({ cockpit }) => [cockpit.journal],
  rows: journalRows,
  order: 'newest first',
  orders: [
    { name: 'worst first', compare: worstFirst },
    { name: 'by name', compare: byName },
  ],
  caption: () => [],
  table: journalColumns,
  details: journalDetails,
  enter,
});
