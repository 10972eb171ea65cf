import { describe, expect, test } from 'vitest';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { features } from '../../src/ui/app/features.ts';
import { everyNth, longDescribe, longTest, sampled } from '../support/layer.ts';
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

/** Narrower layouts differ: Threshold matrix has only the open environment, Problems a key instead of the pane name (tested separately). */
const narrowest = (title: string): Size =>
  title === 'Threshold matrix' || title === 'Problems' ? [100, 30] : [80, 24];

const fits = (scene: Scene, keys: string, title: string): void =>
  fitsEverySize(scene, keys, title, { narrowest: narrowest(title), otherWords: / R RUNBOOK / });

const runs = (): Scene => {
  const scene = shop();
  return { ...scene, cockpit: { ...scene.cockpit, runs: pastRuns } };
};

const shown = [
  ['Health', '1 z', shop],
  ['Health', '1 z enter', shop],
  ['Threshold matrix', '2 z', shop],
  ['Threshold matrix', '2 z', monitored],
  ['Circuit breakers', '3 z', shop],
  ['Consumer lag', '4 z', platforms],
  ['Consumer lag', '4 z l', platforms],
  ['Connection pools', '5 z', shop],
  ['Pods', '6 z', platforms],
  ['Pods', '6 z l enter', platforms],
  ['Alerts', '7 z', monitored],
  ['Alerts', '7 z j enter', monitored],
  ['DB sessions', 'D z', platforms],
  ['DB sessions', 'D z l enter', platforms],
  ['Runs', 'U j j', runs],
  ['Alerts', ':alerts', responding],
  ['Runbooks', ':runbooks', responding],
  ['Contacts', ':contacts', responding],
  ['Links', ':links', responding],
] as const;

test.each(sampled(sampled(shown, everyNth(3)), everyNth(2)))(
  '%s (%s) fits every size: a narrower screen shows a subset',
  (title, keys, scene) => {
    fits(scene(), keys, title);
  },
);

describe.each(sampled(Object.entries(gathered), everyNth(4)))('gathered panes, %s', (_, scene) => {
  test.each(sampled(['journal', 'runbooks', 'contacts', 'links'], everyNth(8)))(
    '%s fits every size',
    (pane) => {
      fits(scene(), `:${pane}`, features.panes.byId(pane).title);
    },
  );
});

/** The command that shows a pane. */
const idOf = (heading: string): string | undefined =>
  features.panes.all().find(({ title }) => title === heading)?.id;

longDescribe.each(sampled(panes, everyNth(9)))('pane $pane of one source fits every size', (paneCase) => {
  longTest.each([
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
      `:${idOf(paneCase.title)}`,
      paneCase.title,
    );
  });
});

test('rows that nothing else needs unfold a pane, from the top, while others stay folded', async () => {
  const user = await openCockpit({ size: [120, 34], scene: shop() });
  expect(user.rowWith('● catalog')).toContain('31 ms');
  await user.resize(120, 30);
  expect(user.rowWith('● 4 more')).toContain('catalog');
});

longTest('an unconfigured environment fits every size', () => {
  const scene = {
    facts: createFactsStore(frame({ sources: {} })),
    cockpit: { ...shopCockpit, suggestions: [] },
  };
  for (const { title } of panes) fits(scene, `:${idOf(title)}`, title);
});
