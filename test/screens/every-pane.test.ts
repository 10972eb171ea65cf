import { describe, test } from 'vitest';
import type { FactsChange } from '../../src/store/facts.ts';
import { noon } from '../support/made-facts.ts';
import { learned, lookAt, lost, type PaneCase, panes } from './support/pane-cases.ts';

const states: Readonly<Record<string, (one: PaneCase) => readonly FactsChange[]>> = {
  healthy: (one) => [learned(one, noon - 2000)],
  empty: (one) => [learned(one, noon - 2000, { seen: false })],
  denied: (one) => [lost(one, 'denied', 'bus: 403 Forbidden')],
  stale: (one) => [
    learned(one, noon - 207_000),
    { is: 'waiting', feed: 'bus/one', until: noon + 12_000, backingOff: false },
  ],
};

const sizes: readonly (readonly [number, number])[] = [
  [80, 24],
  [120, 36],
  [200, 60],
];

// Incidents are in the frames of the whole shop, pane by pane.
describe.each(panes)('pane $pane, the whole screen', (one) => {
  describe.each(Object.entries(states))('%s', (state, changes) => {
    test.each(sizes)('%i × %i', async (columns, rows) => {
      const user = await lookAt(one, changes(one), [columns, rows]);
      await user.seesScreen(`every-pane/${one.kind}-${state}-${columns}x${rows}`);
    });
  });
});
