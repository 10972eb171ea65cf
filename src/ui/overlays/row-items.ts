import type { Hand } from '../keys/binding.ts';
import { focusPane, goToRow, openPlace } from '../keys/places.ts';
import { watchedPanes } from '../panes/watched.ts';
import type { Item } from './items.ts';
import { latest } from './latest.ts';

/** A row of every pane, as something to go to. There may be ten thousand: they are listed anew when facts have changed. */
export const rowsToGoTo = latest(
  ({ view }: Hand): readonly unknown[] => [
    view.own?.facts,
    view.ui.panes,
    ...[...view.others.values()].map(({ facts }) => facts),
  ],
  ({ view }: Hand): readonly Item[] =>
    watchedPanes.flatMap((pane) => {
      const title = pane.title.toLowerCase();
      return pane.rows(view).map(
        (row): Item => ({
          id: `row ${row.key}`,
          text: `${title} ${row.label}`,
          command: `${pane.id} ${row.label}`,
          run: ({ model }) => {
            goToRow(model, pane.id, row.key);
            focusPane(model, pane.id);
            openPlace(model, pane.id);
          },
        }),
      );
    }),
);
