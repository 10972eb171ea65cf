import { expect, test } from 'vitest';
import type { Runbook } from '../../src/domain/runbooks/runbook.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { feedInfo, frame, learn, noon, pool } from '../support/made-facts.ts';
import { runView } from './support/runs.ts';
import { closeBreaker, shop, shopOpen } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const sources = {
  'orders-db': { type: 'postgres', kinds: ['sessions'] },
  pools: { type: 'prometheus', kinds: ['pools'] },
} as const;

const denied = {
  kind: 'denied',
  source: 'orders-db',
  message: 'permission denied for view pg_stat_activity',
  at: noon,
} as const;

const runbook = (id: string, params: Runbook['params']): Runbook => ({
  ...closeBreaker,
  id,
  title: `Runbook ${id}`,
  params,
});

const runbooks = [
  runbook('terminate', [{ name: 'pid', title: 'Session', type: 'choices', from: 'sessions.pid' }]),
  runbook('restore', [
    {
      name: 'archive',
      title: 'Archive',
      type: 'choice',
      read: { use: 'orders-db.archives', value: 'file' },
    },
  ]),
  runbook('resize', [{ name: 'pool', title: 'Pool', type: 'choice', from: 'pools.name' }]),
];

/** The list of runbooks in an environment whose database cannot be read, or can. */
const open = async (isDenied: boolean): Promise<User> => {
  const facts = createFactsStore(frame({ system: 'shop', env: 'production', sources }));
  learn(facts, feedInfo('pools/pools', 'pools'), { items: [pool('hikari', { source: 'pools' })] });
  learn(facts, feedInfo('orders-db/sessions', 'sessions'), isDenied ? { faults: [denied] } : { items: [] });
  const user = await openCockpit({
    size: [120, 36],
    scene: {
      facts,
      cockpit: {
        open: shopOpen,
        suggestions: runbooks.map((currentRunbook) => ({
          runbook: currentRunbook,
          fits: 'never' as const,
          why: '',
        })),
      },
    },
  });
  await user.press('R');
  return user;
};

const lineBelow = (user: User, id: string): string => {
  const rows = user.rows();
  return rows[rows.findIndex((row) => row.includes(` ${id} `)) + 1] ?? '';
};

test('a runbook whose choices cannot be read stays in the list, with the reason in its row', async () => {
  const user = await open(true);
  expect(lineBelow(user, 'terminate')).toContain(
    'choices: sessions of orders-db cannot be read: permission denied',
  );
  expect(lineBelow(user, 'restore')).toContain('choices: Archive of orders-db cannot be read: permission');
  expect(lineBelow(user, 'resize')).not.toContain('choices:');
});

test('readable choices are not mentioned, even if there are none now', async () => {
  const user = await open(false);
  expect(user.rows().join('\n')).not.toContain('choices:');
});

test('the card of choices that cannot be read is no dead end: r reads them again', async () => {
  const scene = shop();
  const params = runbooks[0]?.params ?? [];
  const run = runView('params', {
    runbook: runbook('terminate', params),
    parameterPrompt: { name: 'pid', title: 'Session', problem: 'unavailable: permission denied' },
  });
  const user = await openCockpit({ scene: { ...scene, cockpit: { ...scene.cockpit, run } } });
  expect(user.rowWith('r read again')).toBeTruthy();
  await user.press('r');
  expect(user.given).toEqual([['readChoices']]);
});
