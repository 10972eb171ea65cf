import type { Binding } from '../../keys/binding.ts';
import { changePane, paneStateOf } from '../../model.ts';
import { showsHistory } from './history.ts';

/** The keys of 1 HEALTH. */
export const healthKeys: readonly Binding[] = [
  {
    id: 'health.history',
    keys: ['H'],
    does: 'history of the cell: its level and latency over the last hours',
    footer: 'history',
    whyNot: ({ view, row }) => {
      if (view.ui.place === 'overview') return 'z first: it stands below the pane alone';
      return row === undefined ? 'no service is selected' : undefined;
    },
    run: ({ model, view }) => {
      const { chosen } = paneStateOf(view.ui, 'health');
      changePane(model, 'health', { chosen: { ...chosen, history: showsHistory(view) ? 0 : 1 } });
    },
  },
];
