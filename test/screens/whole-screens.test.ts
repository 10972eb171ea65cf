import { describe, test } from 'vitest';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { checklists } from './support/checklists.ts';
import { customers } from './support/customers.ts';
import { staleScreen } from './support/followed.ts';
import { gathered } from './support/gathered.ts';
import { monitored } from './support/monitored.ts';
import { pastRuns, runElsewhere } from './support/past-runs.ts';
import { platforms } from './support/platforms.ts';
import { responding } from './support/responding.ts';
import { approving, awaiting, endedRun, proof, proposed, waitingApproval } from './support/runs.ts';
import { armed, shop } from './support/shop.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { keptShop } from './support/stored-history.ts';
import { compareScreen, openCockpit, type Scene, type Settings } from './support/user.ts';

/**
 * The screens recorded as a whole, to be reviewed by eye. Do not add others here: tests read the rows, cells and
 * lines they are about (`support/screen.ts`).
 */
const recordsScreen = async (name: string, settings: Settings, keys: string): Promise<void> => {
  const user = await openCockpit(settings);
  // A command is typed as text, everything else is keys.
  if (keys.startsWith(':')) {
    await user.type(keys);
    await user.press('enter');
  } else if (keys !== '') await user.press(keys);
  await user.seesScreen(name);
};

const shopAnd = (more: NonNullable<Scene['cockpit']>) => (): Scene => {
  const scene = shop();
  return { ...scene, cockpit: { ...scene.cockpit, ...more } };
};

describe('two-person approval', () => {
  const request = waitingApproval();
  test.each([
    ['approval-overview', [120, 36], { approvals: [request] }, ''],
    ['approval-now', [120, 36], { approvals: [request] }, 'W'],
    ['card-approve', [80, 24], { approvals: [request], run: approving() }, ''],
    ['card-approve-wide', [120, 36], { approvals: [request], run: approving() }, 'p s'],
    ['card-awaiting', [80, 24], { arming: armed, run: awaiting() }, ''],
    ['card-awaiting-wide', [120, 36], { arming: armed, run: awaiting() }, ''],
  ] as const)('%s', async (name, size, more, keys) => {
    await recordsScreen(name, { size, scene: shopAnd(more)() }, keys);
  });
});

test('the header of break-glass, armed', async () => {
  const scene = shop();
  const { open } = scene.cockpit ?? {};
  if (open === undefined) throw new Error('no environment');
  const cockpit = {
    ...scene.cockpit,
    arming: armed,
    open: { ...open, isBreakGlass: true as const, isStateUnavailable: true as const },
  };
  await recordsScreen('break-glass', { size: [120, 36], scene: { ...scene, cockpit } }, '');
});

describe('the overview', () => {
  test.each([
    ['healthy', [80, 24], gathered.healthy],
    ['healthy', [120, 36], gathered.healthy],
    ['healthy', [200, 60], gathered.healthy],
    ['incident', [80, 24], shop],
    ['incident', [120, 36], shop],
    // From 180 columns on, the most severe log lines are on the right.
    ['incident', [200, 60], () => shopWith(shopLines())],
  ] as const)('%s at %j', async (state, size, scene) => {
    await recordsScreen(`overview-${state}-${size.join('x')}`, { size, scene: scene() }, '');
  });

  test('narrow and in ASCII', async () => {
    await recordsScreen('overview-ascii', { size: [80, 24], scene: shop(), ascii: true }, '');
  });
});

test.each(
  sampled(
    [
      ['health', shop, '1 z'],
      ['matrix', monitored, '2 z enter'],
      ['breakers', shop, '3 z'],
      ['lag', platforms, '4 z l enter'],
      ['pools', shop, '5 z'],
      ['pods', platforms, '6 z l enter'],
      ['alerts', monitored, '7 z j enter'],
      ['logs', () => shopWith(shopLines()), '8'],
      ['db', platforms, 'D z l enter'],
      ['now', gathered.incident, 'W'],
      ['journal', gathered.incident, 'J'],
      ['runbooks', gathered.incident, ':runbooks'],
      ['runs', shopAnd({ arming: armed, runs: pastRuns }), 'U j j'],
      ['contacts', responding, ':contacts'],
      ['links', responding, ':links'],
    ] as const,
    everyNth(15),
  ),
)('pane %s, maximized', async (name, scene, keys) => {
  await recordsScreen(`pane-${name}`, { size: [120, 36], scene: scene() }, keys);
});

longTest.each([
  [80, 24],
  [120, 36],
  [200, 60],
] as const)('checklists at %i×%i', async (...size) => {
  const user = await openCockpit({ size, scene: checklists() });
  await user.type(':checklists');
  await user.press('enter');
  // The first list is open, the cursor is on an overridden item.
  await user.press('enter j j j j');
  await user.seesScreen(`checklists-${size.join('x')}`);
});

describe.each([
  [80, 24],
  [120, 36],
  [200, 60],
] as const)('at %i×%i', (...size) => {
  test('a run of another machine, in Runs', async () => {
    const scene = shopAnd({ runs: [runElsewhere, ...pastRuns.slice(1)] })();
    await recordsScreen(`runs-elsewhere-${size.join('x')}`, { size, scene }, 'U');
  });

  test('a followed cockpit whose state database is unavailable', async () => {
    const why = 'the state database db.internal:5432/opsdeck: connection refused';
    compareScreen(`follow-stale-${size.join('x')}`, await staleScreen(size, why));
  });
});

test.each(
  sampled(
    [
      ['card-confirm', shopAnd({ arming: armed, run: proposed() }), ''],
      [
        'card-ended',
        shopAnd({
          arming: armed,
          run: endedRun('executed-not-recovered', 'psp opened again within 60s: 2 of 2 instances', {
            proofs: [proof('false', 'psp of billing-0 is open')],
          }),
        }),
        '',
      ],
      ['help', shop, '3 ?'],
      ['palette', shop, 'ctrl-p c l o space b r e a'],
      ['past', keptShop, ':at -25m'],
      ['shared', () => customers[0]?.[1]() ?? {}, 's'],
    ] as const,
    everyNth(2),
  ),
)('%s over a narrow overview', async (name, scene, keys) => {
  await recordsScreen(name, { size: [80, 24], scene: scene() }, keys);
});
