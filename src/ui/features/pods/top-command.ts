import { updatePane } from '../../shell/contract/model.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext, Pane } from '../../shell/contract/pane.ts';
import { navigateTo } from '../../shell/navigation/navigation.ts';

const amounts = ['cpu', 'memory'] as const;

/** Sorts a pane by an amount, the largest first. Rows without a value come last. */
const sortBy = ({ model, notify }: KeyContext, pane: Pane, amount: (typeof amounts)[number]): void => {
  const order = pane.orders.indexOf(`by ${amount}`);
  if (order < 0) return;
  navigateTo(model, pane.id);
  updatePane(model, pane.id, { order, reversed: false, sortColumn: undefined });
  notify(`${pane.title}: by ${amount}, the largest first`);
};

/** `:top cpu` and `:top memory`: sorts the focused pane if it has that order (Nodes), otherwise Pods. */
export const topCommandItems = (pods: Pane): readonly PaletteItem[] =>
  amounts.map((amount) => ({
    id: `top ${amount}`,
    text: `top: sort pods or nodes by ${amount}`,
    command: `top ${amount}`,
    run: (context) => {
      const hasOrder = context.pane.orders.includes(`by ${amount}`);
      sortBy(context, hasOrder ? context.pane : pods, amount);
    },
  }));
