import { describe, expect, test } from 'vitest';
import { longTest } from '../support/layer.ts';
import { outage } from './support/outage.ts';
import { closeBreaker, shopOpen } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const open = (down?: Readonly<Record<string, number>>): Promise<User> =>
  openCockpit({ size: [110, 36], scene: outage(down) });

/** The lines of the list: state, name and problem. */
const listed = (user: User): readonly string[] => {
  const rows = user.rows();
  const from = rows.findIndex((row) => row.includes('W Problems')) + 1;
  const lines = rows.slice(from).filter((row) => /^.(?:[✗▲?▸] |\s{20,}[▸▾] )/.test(row));
  return lines.map((row) =>
    row
      .trim()
      .replaceAll(/ {2,}/g, '  ')
      .replace(/ {2}≥?\d+[hms](?: –)?$/, ''),
  );
};

const folded = [
  '✗ CRIT  1 Health  broker  down',
  '▸ 4 consequences  4 CRIT · of broker',
  '▲ WARN  2 Matrix  disk  91 %, limit ≥ 80',
];

describe('Problems by cause', () => {
  longTest('the cause first, its consequences in one line, an unrelated finding on its own', async () => {
    const user = await open();
    await user.press('W');
    expect(listed(user)).toEqual(folded);
    expect(user.rowWith('Problems  6  worst first')).toBeTruthy();
    expect(user.rows()[1]).toMatch(/✗ 5(?: critical)? +▲ 1/);
  });

  longTest(
    'below the details of a cause, charts of the signals beyond their limits among its consequences',
    async () => {
      const user = await open();
      await user.press('W');
      expect(user.rowWith('RELATED SIGNALS')).toContain('RELATED SIGNALS  broker · last ');
      expect(user.rowWith('-1m')).toMatch(/-1m .* now/);
      // The other problem has its own chart.
      await user.press('j j');
      expect(user.rowWith('RELATED SIGNALS')).toContain('  disk · last ');
    },
  );

  test('l shows the consequences below the cause, h folds them', async () => {
    const user = await open();
    await user.press('W');
    expect(user.rowWith('probable cause of')).toContain('4 CRIT · l shows them');
    await user.press('l');
    expect(listed(user)).toEqual([
      '✗ CRIT  1 Health  broker  down',
      '▾ 4 consequences  4 CRIT · of broker',
      '✗ CRIT  2 Matrix  error rate  40 %, limit ≥ 5',
      '✗ CRIT  1 Health  edge  down',
      '✗ CRIT  1 Health  orders  down',
      '✗ CRIT  3 Breakers  bus-0 · broker  OPEN',
      '▲ WARN  2 Matrix  disk  91 %, limit ≥ 80',
    ]);
    // Indented by two cells below the cause.
    expect(user.rowWith('Health').indexOf('broker') + 2).toBe(user.rowWith(' orders ').indexOf('orders'));
    expect(user.rowWith('Problems  6  worst first')).toBeTruthy();
    expect(user.rows()[1]).toMatch(/✗ 5(?: critical)? +▲ 1/);
    await user.press('j j j');
    expect(user.rowWith('consequence of')).toContain('consequence of broker · Health');
    await user.press('h');
    expect(listed(user)).toEqual(folded);
    expect(user.rowWith('broker  Health · enter opens the row')).toBeTruthy();
  });

  test('enter on the folded line shows them too; on a consequence it opens its pane', async () => {
    const user = await open();
    await user.press('W j');
    expect(user.rowWith(' 4 consequences  of broker · enter shows them')).toBeTruthy();
    expect(user.rowWith('   ✗ CRIT orders · Health · down')).toBeTruthy();
    await user.press('enter j j enter');
    expect(user.rowWith('▌1 Health')).toBeTruthy();
    expect(user.rowWith(' edge · production')).toBeTruthy();
  });

  test('a filter, a level filter and another order list every row on its own', async () => {
    const user = await open();
    await user.press('W /');
    await user.type('orders');
    await user.press('enter');
    expect(listed(user)).toEqual(['✗ CRIT  1 Health  orders  down']);
    await user.press('esc v v');
    expect(listed(user)).toHaveLength(5);
    expect(user.rowWith('Problems  CRIT only  5 of 6')).toBeTruthy();
    await user.press('esc o');
    expect(listed(user)).toHaveLength(6);
  });

  test('h and l are explained where nothing can be folded', async () => {
    const user = await open();
    await user.press('W G l');
    expect(user.rowWith('this row has no consequences, so there is nothing to fold')).toBeTruthy();
  });

  test('export and marks take the folded rows, not the line', async () => {
    const user = await open();
    await user.press('W M');
    expect(user.rowWith('6 marked')).toBeTruthy();
    await user.press('esc j y');
    expect(user.rowWith('4 rows')).toBeTruthy();
    await user.press('m');
    expect(user.rowWith('this row stands for several: unfold')).toBeTruthy();
  });
});

test('a finding that is clearly older than its cause stays on its own, with the possible cause', async () => {
  const user = await open({ broker: 10, orders: 30 });
  await user.press('W');
  expect(listed(user)).toContain('✗ CRIT  1 Health  orders  down · possible cause: broker');
  await user.press('/');
  await user.type('orders');
  await user.press('enter');
  expect(user.rowWith('possible cause broker')).toContain(
    'possible cause broker · Health · not folded below it: this row started 20m earlier',
  );
});

test('a cause without a runbook shows that of its consequence, with the reason', async () => {
  const scene = outage();
  const suggestions = [
    { runbook: closeBreaker, fits: 'yes', why: 'breakers bus-0 · broker is open' },
  ] as const;
  const user = await openCockpit({
    size: [110, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } },
  });
  await user.press('W');
  expect(user.rowWith(`runbook ${closeBreaker.title} matches`)).toContain('breakers bus-0 · broker is open');
});

test('without known dependencies only what the facts report is grouped', async () => {
  const scene = outage();
  const user = await openCockpit({
    size: [110, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, open: shopOpen } },
  });
  await user.press('W');
  expect(listed(user)).toContain('▸ 1 consequence  1 CRIT · of broker');
});

test('80×24 shows the same rows', async () => {
  const user = await openCockpit({ size: [80, 24], scene: outage() });
  await user.press('W');
  expect(user.rowWith('▸ 4 consequences')).toContain('4 CRIT · of broker');
});
