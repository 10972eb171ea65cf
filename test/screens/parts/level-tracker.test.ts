import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BreakerState } from '../../../src/kinds/breakers/fact.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { features } from '../../../src/ui/app/features.ts';
import { createLevelTracker } from '../../../src/ui/shell/changes/level-tracker.ts';
import type { RowChange } from '../../../src/ui/shell/contract/row-changes.ts';
import { longTest } from '../../support/layer.ts';
import { breaker, feedInfo, frame, learn, noon } from '../../support/made-facts.ts';

type Reading = readonly (BreakerState | undefined)[];

/** The news of each reading: breaker 0, 1 …, undefined where it is missing. `turned`: each reading is in another order. */
const newsOf = (readings: readonly Reading[], turned: boolean): readonly unknown[] => {
  const facts = createFactsStore(frame());
  const track = createLevelTracker(features.panes);
  const names = (changes: readonly RowChange[]): readonly string[] =>
    changes.map(({ pane, key }) => `${pane} ${key}`).toSorted();
  return readings.map((reading, position) => {
    const items = reading.flatMap((state, index) =>
      state === undefined ? [] : [breaker(`b${index}`, { state })],
    );
    const shift = turned && items.length > 0 ? position % items.length : 0;
    learn(facts, feedInfo('bus/breakers', 'breakers'), {
      items: [...items.slice(shift), ...items.slice(0, shift)],
    });
    const { changed, settled } = track(buildSnapshot(facts.getState(), noon + position * 1000));
    return { changed: names(changed), settled: names(settled) };
  });
};

longTest('the news of a reading do not depend on the order of its items', () => {
  const state = fc.constantFrom<BreakerState | undefined>('closed', 'closed', 'open', 'half-open', undefined);
  const readings = fc.array(fc.array(state, { minLength: 5, maxLength: 5 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(readings, (all) => {
      expect(newsOf(all, true)).toEqual(newsOf(all, false));
    }),
  );
});

test('a breaker that opens is news, a repeated reading is none', () => {
  const closed: Reading = ['closed', 'closed'];
  const news = newsOf([closed, ['closed', 'open'], ['closed', 'open'], closed], false);
  expect(news.map((value) => (value as { changed: readonly string[] }).changed.length)).toEqual([0, 1, 0, 1]);
});
