import { describe, expect, test } from 'vitest';
import type { Runbook } from '../../src/domain/runbooks/runbook.ts';
import type { RunbookSuggestion } from '../../src/store/runbook-suggestion.ts';
import { longTest } from '../support/layer.ts';
import { platforms } from './support/platforms.ts';
import { titles } from './support/screen.ts';
import { closeBreaker, shop } from './support/shop.ts';
import { drawn, sizes } from './support/sizes.ts';
import { openCockpit } from './support/user.ts';

longTest(
  'the overview has the panes that a source provides, small ones side by side from 120 columns on',
  () => {
    const [narrow, ...boxes] = sizes.map((size) => drawn(platforms(), '0', size));
    expect(titles(narrow ?? [])).toEqual([
      'Threshold matrix',
      'Consumer lag',
      'Connection pools',
      'Pods',
      'DB sessions',
    ]);
    for (const screen of boxes)
      expect(titles(screen)).toEqual([
        'Threshold matrix',
        'Consumer lag',
        'DB sessions',
        'Pods',
        'Connection pools',
      ]);
  },
);

describe('a tree', () => {
  test('h folds what l unfolded, and moves from a leaf to its branch', async () => {
    const user = await openCockpit({ size: [120, 36], scene: platforms() });
    await user.press('4 z l');
    expect(user.rowWith('payments.settled')).toContain('▸');
    await user.press('j l j');
    expect(user.rowWith('p0')).toContain('billing-0');
    await user.press('h h');
    expect(user.rows().some((row) => row.includes('p0'))).toBe(false);
    await user.press('h h');
    expect(user.rows().some((row) => row.includes('payments.settled'))).toBe(false);
  });

  longTest('a filter finds folded rows', async () => {
    const user = await openCockpit({ size: [120, 36], scene: platforms() });
    await user.press('4 z /');
    await user.type('billing-2');
    await user.press('enter');
    expect(user.rowWith('p2')).toContain('no commit');
  });

  test('sorting moves groups and keeps their children below them', async () => {
    const user = await openCockpit({ size: [120, 36], scene: platforms() });
    await user.press('4 z o');
    const names = user.rows().filter((row) => /▸/.test(row));
    expect(names[0]).toContain('audit-export');
  });

  longTest('blocked sessions are below the session that blocks them', async () => {
    const user = await openCockpit({ size: [120, 36], scene: platforms() });
    await user.press('D z l j l');
    const rows = user.rows();
    const at = (text: string): number => rows.findIndex((row) => row.includes(text));
    expect(at('blocks 2')).toBeLessThan(at('waits for 41'));
    expect(at('waits for 41')).toBeLessThan(at('waits for 52'));
  });
});

test('offsets beyond 2^53 are exact to the last digit', async () => {
  const user = await openCockpit({ size: [120, 36], scene: platforms() });
  await user.press('4 z enter');
  expect(user.rowWith('p0  9')).toContain('9,007,199,254,740,993 of');
  expect(user.rowWith('9,007,199,254,772,000')).toBeTruthy();
});

test('without a source for lag, pods or sessions the overview omits their panes, and their keys still open them', async () => {
  const user = await openCockpit({ size: [120, 36], scene: shop() });
  expect(user.rows().some((row) => row.includes('4 Consumer lag'))).toBe(false);
  await user.press('4');
  expect(user.rowWith('○')).toContain('Not configured: no source provides consumer groups');
});

longTest('x on a session starts the runbook with a session parameter, filled with its pid', async () => {
  const scene = platforms();
  const runbook: Runbook = {
    ...closeBreaker,
    id: 'end-session',
    title: 'End a session',
    params: [{ name: 'pid', type: 'choice', from: 'sessions.pid' }],
  };
  const suggestions: readonly RunbookSuggestion[] = [{ runbook, fits: 'never', why: '' }];
  const user = await openCockpit({
    size: [120, 36],
    scene: { ...scene, cockpit: { ...scene.cockpit, suggestions } },
  });
  await user.press('D x');
  expect(user.rowWith('▸ ')).toContain('End a session: 41');
  await user.press('enter');
  expect(user.given).toEqual([['propose', 'end-session', { pid: '41' }]]);
});
