import { expect, test } from 'vitest';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { matrixWindowMs } from '../../../src/ui/features/signals/chart-window.ts';
import type { RenderContext } from '../../../src/ui/shell/contract/render-context.ts';
import { frame, noon } from '../../support/made-facts.ts';

test('the window of a thousand sparklines is found with one count of the series', () => {
  const state = createFactsStore(frame()).getState();
  let counts = 0;
  const history = new Proxy(state.history, {
    ownKeys: (series) => {
      counts += 1;
      return Reflect.ownKeys(series);
    },
  });
  const facts = { ...state, history };
  const own = { facts, snapshot: buildSnapshot(state, noon) };
  const view = { own, now: noon, ui: { panes: {} } } as unknown as RenderContext;
  const windows = new Set(Array.from({ length: 1000 }, () => matrixWindowMs(view)));
  expect([windows.size, counts]).toEqual([1, 1]);
});
