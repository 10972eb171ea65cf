import type { Binding, Pane } from '../panes/pane.ts';

/** The keys from everywhere that a pane leaves as they are: without those it has in its own way, or no use for. */
export const leftBy = ({ keys, without = [] }: Pane, bindings: readonly Binding[]): readonly Binding[] => {
  const taken = new Set([...keys.map(({ id }) => id), ...without]);
  return bindings.filter(({ id }) => !taken.has(id));
};
