import { laterPanes, whyLater } from '../panes/later.ts';
import type { Binding } from './binding.ts';

/** Keys of panes that are not there yet: they stay in help, and say what will be there. */
export const laterKeys: readonly Binding[] = laterPanes
  .filter(({ keys }) => keys.length > 0)
  .map(
    (pane): Binding => ({
      id: `pane.${pane.id}`,
      keys: pane.keys,
      does: `pane ${pane.title}: comes later`,
      whyNot: () => whyLater(pane),
      run: () => {},
    }),
  );
