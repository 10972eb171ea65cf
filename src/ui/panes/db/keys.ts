import type { Binding, Hand } from '../../keys/binding.ts';
import { readDetails } from '../../keys/details.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { dbParts, partOf } from './parts.ts';

const nextPart = (hand: Hand): void => {
  const { model, view } = hand;
  const state = paneStateOf(view.ui, 'db');
  const at = dbParts.indexOf(partOf(view));
  // The first time it opens the row, and shows what stands there already.
  const part = state.opened ? (at + 1) % dbParts.length : at;
  changePane(model, 'db', { opened: true, chosen: { ...state.chosen, part } });
  readDetails({ ...hand, view: { ...view, ui: model.getState() } });
};

/** The keys of D DB. */
export const dbKeys: readonly Binding[] = [
  {
    id: 'db.part',
    keys: ['t'],
    does: 'slow statements, locks, dead rows, sizes, settings, replication: the next of them',
    footer: 'statements',
    whyNot: ({ row, view }) => {
      if (view.ui.place === 'overview') return 'z first: they stand below the pane alone';
      return row?.subject?.kind === 'sessions' ? undefined : 'no session is selected';
    },
    run: nextPart,
  },
];
