import { describe, expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { frame, noon } from '../support/made-facts.ts';
import { gathered } from './support/gathered.ts';
import { monitored } from './support/monitored.ts';
import { factsOf, learned, lost, panes } from './support/pane-cases.ts';
import { pastRuns } from './support/past-runs.ts';
import { platforms } from './support/platforms.ts';
import { responding } from './support/responding.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { fitsEverySize, type Size } from './support/sizes.ts';
import { openCockpit, type Scene } from './support/user.ts';

/** Narrower layouts differ: MATRIX has only the open environment, NOW a key instead of the pane name (tested separately). */
const narrowest = (title: string): Size => (title === 'MATRIX' || title === 'NOW' ? [100, 30] : [80, 24]);

const fits = (scene: Scene, keys: string, title: string): void =>
  fitsEverySize(scene, keys, title, { narrowest: narrowest(title), otherWords: / R RUNBOOK / });

const runs = (): Scene => {
  const scene = shop();
  return { ...scene, cockpit: { ...scene.cockpit, runs: pastRuns } };
};

const shown = [
  ['HEALTH', '1 z', shop],
  ['HEALTH', '1 z enter', shop],
  ['MATRIX', '2 z', shop],
  ['MATRIX', '2 z', monitored],
  ['BREAKERS', '3 z', shop],
  ['LAG', '4 z', platforms],
  ['LAG', '4 z l enter', platforms],
  ['POOLS', '5 z', shop],
  ['PODS', '6 z', platforms],
  ['PODS', '6 z l enter', platforms],
  ['ALERTS', '7 z', monitored],
  ['ALERTS', '7 z j enter', monitored],
  ['DB', 'D z', platforms],
  ['DB', 'D z l enter', platforms],
  ['RUNS', 'U j j', runs],
  ['ALERTS', ':alerts', responding],
  ['NOW', ':now', responding],
  ['RUNBOOKS', ':runbooks', responding],
  ['CONTACTS', ':contacts', responding],
  ['LINKS', ':links', responding],
] as const;

test.each(sampled(shown, everyNth(3)))(
  '%s (%s) fits every size: a narrower screen shows a subset',
  (title, keys, scene) => {
    fits(scene(), keys, title);
  },
);

describe.each(sampled(Object.entries(gathered), everyNth(4)))('gathered panes, %s', (_, scene) => {
  test.each(['now', 'journal', 'runbooks', 'contacts', 'links'])('%s fits every size', (pane) => {
    fits(scene(), `:${pane}`, pane.toUpperCase());
  });
});

describe.each(sampled(panes, everyNth(9)))('pane $pane of one source fits every size', (paneCase) => {
  test.each([
    ['healthy', [learned(paneCase, noon - 2000)]],
    ['empty', [learned(paneCase, noon - 2000, { seen: false })]],
    ['denied', [lost(paneCase, 'denied', 'bus: 403 Forbidden')]],
    [
      'stale',
      [
        learned(paneCase, noon - 207_000),
        { is: 'waiting' as const, feed: 'bus/one', until: noon + 12_000, backingOff: false },
      ],
    ],
  ])('%s', (_, changes) => {
    fits(
      { facts: factsOf(paneCase, changes), cockpit: { ...shopCockpit, suggestions: [], messages: [] } },
      `:${paneCase.title.toLowerCase()}`,
      paneCase.title,
    );
  });
});

test('rows that nothing else needs unfold a pane, from the top, while others stay folded', async () => {
  const user = await openCockpit({ size: [120, 29], scene: shop() });
  expect(user.rowWith('● OK        catalog')).toContain('31ms');
  expect(user.rowWith('● CLOSED')).toContain('2 more');
  expect(
    user
      .rows()
      .slice(2, -2)
      .map((row) => row.trim()),
  ).not.toContain('');
});

longTest('an unconfigured environment fits every size', () => {
  const scene = {
    facts: createFactsStore(frame({ sources: {} })),
    cockpit: { ...shopCockpit, suggestions: [] },
  };
  for (const { title } of panes) fits(scene, `:${title.toLowerCase()}`, title);
});
