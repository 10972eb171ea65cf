import { describe, expect, test } from 'vitest';
import type { PresentCockpit } from '../../src/domain/team/presence.ts';
import type { CockpitState } from '../../src/store/cockpit.ts';
import { longTest } from '../support/layer.ts';
import { shop, shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const { system, env } = shopCockpit.open ?? { system: '', env: '' };

const one = (id: string, user: string, more: Partial<PresentCockpit> = {}): PresentCockpit => ({
  ...{ id, user, host: `${user}-desk`, system, env, pane: 'Consumer lag', role: 'opsdeck' },
  ...{ openForMs: 125_000, silentForMs: 3000, isSelf: false, isShared: false, followers: [] },
  ...more,
});
const team = [
  one('a', 'zoe', { isSelf: true, pane: 'Health' }),
  one('b', 'anabel'),
  one('c', 'benno', { pane: 'Connection pools' }),
  one('d', 'carla', { env: 'elsewhere' }),
];

const open = (
  present: readonly PresentCockpit[] | undefined,
  size: readonly [number, number] = [120, 36],
  more: Partial<NonNullable<CockpitState['open']>> = {},
): Promise<User> => {
  if (shopCockpit.open === undefined) throw new Error('the scene has no environment');
  return openCockpit({
    size,
    scene: { ...shop(), cockpit: { ...shopCockpit, open: { ...shopCockpit.open, ...more }, present } },
  });
};

const show = async (user: User): Promise<void> => {
  await user.press(':');
  await user.type('who');
  await user.press('enter');
};

describe('the header', () => {
  test('names the others in this environment', async () => {
    const user = await open(team);
    expect(user.rows()[0]).toContain('+2 here: anabel, benno');
    expect(user.rows()[0]).not.toMatch(/carla|zoe/);
  });

  test('counts them on a narrow screen', async () => {
    const user = await open(team, [80, 36]);
    expect(user.rows()[0]).toContain('+2 here');
    expect(user.rows()[0]).not.toContain('anabel');
  });

  test('has no mark while no one else is here', async () => {
    const user = await open(team.slice(0, 1));
    expect(user.rows()[0]).not.toContain('here');
  });

  test('has aliases in share mode', async () => {
    const user = await open(team);
    await user.press('s');
    expect(user.rows()[0]).toContain('+2 here: user-');
    await show(user);
    expect(user.rows().join('\n')).not.toMatch(/anabel|benno|carla|zoe/);
  });
});

describe(':who', () => {
  longTest('lists every cockpit with its environment and pane', async () => {
    const user = await open(team);
    await show(user);
    expect(user.rowWith('zoe (you)')).toMatch(/zoe \(you\) +zoe-desk .*Health +– +opsdeck +2m/);
    expect(user.rowWith('benno-desk')).toMatch(new RegExp(`${system}/${env} +Connection pools`));
    expect(user.rowWith('carla-desk')).toContain(`${system}/elsewhere`);
  });

  longTest(
    'an armed cockpit is marked in the header and in the list, with its reason and followers',
    async () => {
      const armed = { forMs: 600_000, reason: 'INC-7 \u001b[2J' };
      const user = await open([
        one('a', 'zoe', { isSelf: true }),
        one('b', 'anabel'),
        one('c', 'benno', { armed, followers: ['carl'] }),
      ]);
      expect(user.rows().join('\n')).toContain('+2 here: benno (armed), anabel');
      // Another's arming is not this cockpit's.
      expect(user.rows().join('\n')).not.toMatch(/ ARMED .*\d+:\d\d left/);
      await show(user);
      expect(user.rowWith('benno-desk')).toMatch(/10m/);
      await user.press('down');
      await user.press('down');
      const text = user.rows().join('\n');
      expect(text).toMatch(/armed for 10m: INC-7/);
      expect(text).toContain('followed by carl');
      expect(text).not.toContain('\u001b');
    },
  );

  test('control characters in what another cockpit says have no effect', async () => {
    const user = await open([one('b', 'x\u001b[2Jy', { pane: 'a\nb\u202e' })]);
    await show(user);
    const text = user.rows().join('\n');
    expect(text).not.toMatch(/\u001b|\u202e/);
  });

  test.each([
    ['not configured', {}, 'Not configured: this environment has no state database'],
    [
      'unknown',
      { isStateShared: true, isStateUnavailable: true } as const,
      'Unknown: the state database is not available',
    ],
    ['not read', { isStateShared: true } as const, 'Not read yet'],
  ])('%s looks different', async (_, state, text) => {
    const user = await open(undefined, [120, 36], state);
    await show(user);
    expect(user.rows().join('\n')).toContain(text);
  });
});
