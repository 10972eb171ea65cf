import { goToRow, openPlace } from '../../keys/places.ts';
import { keyOf } from '../../keys/rebound.ts';
import { definePane } from '../../panes/define-pane.ts';
import type { Hand } from '../../panes/pane.ts';
import { type Counted, hiddenLines, withoutFacts } from '../../panes/state.ts';
import { byName, worstFirst } from '../../panes/worst-first.ts';
import { counted } from '../../text/count.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { journalColumns } from './columns.ts';
import { journalDetails } from './details.ts';
import { placeOf } from './locate.ts';
import { type JournalRow, journalRows } from './rows.ts';

/** What the journal does not know: changes of what cannot be seen, and of before opsdeck looked. */
const journalStates = (view: View, count: Counted): readonly Line[] => {
  const { own, pen, past } = view;
  if (own === undefined) return [...hiddenLines(view, count), withoutFacts(view)];
  const blind = new Set(own.snapshot.faults.map(({ source }) => source)).size;
  const empty: readonly Line[] =
    count.all > 0
      ? []
      : [
          [
            pen.run(' '),
            pen.glyph('empty', 'loading'),
            pen.run(
              past === undefined
                ? ' nothing has changed since opsdeck began to look'
                : ' no change is known of until this moment',
              'loading',
            ),
          ],
        ];
  const unseen: readonly Line[] =
    blind === 0
      ? []
      : [
          [
            pen.run(' '),
            pen.glyph('down', 'down'),
            pen.run(
              ` ${counted(blind, 'source')} not seen now: what changes there is missing here · ${keyOf(view.cockpit, 'pane.W', 'W')} says why`,
              'down',
            ),
          ],
        ];
  return [...hiddenLines(view, count), ...empty, ...unseen];
};

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
