import { expect, test } from 'vitest';
import type { Severity } from '../../src/domain/facts/severity.ts';
import { longTest } from '../support/layer.ts';
import { bodyOf, detailsOf, rowOf } from './support/screen.ts';
import { shop, shopOpen } from './support/shop.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const words = { covers: [] };
const examples = ['the service is down', 'data is lost', 'payments fail'];
const severities: readonly Severity[] = [
  { ...words, id: 'P2', title: 'Medium', rank: 3, respond: '4h', escalate: '2h', examples: [] },
  { ...words, id: 'P0', title: 'Critical', rank: 1, respond: '15m', escalate: 'immediately', examples },
];
const of = { alerts: {}, labels: {}, signals: {}, kinds: {}, runbooks: {}, levels: [] };

const withSeverities = (): Scene => {
  const scene = shop();
  return { ...scene, cockpit: { ...scene.cockpit, open: { ...shopOpen, severity: { severities, of } } } };
};

const open = async (size: readonly [number, number], scene: Scene): Promise<User> => {
  const user = await openCockpit({ size, scene });
  await user.type(':severities');
  await user.press('enter');
  return user;
};

test.each([
  [80, 24],
  [120, 36],
  [200, 60],
] as const)(':severities has times and every example, the worst first, at %i×%i', async (...size) => {
  const user = await open(size, withSeverities());
  const rows = bodyOf(user.rows(), 'Severities');
  const [worst, medium] = ['P0 Critical', 'P2 Medium'].map((name) =>
    rows.findIndex((row) => row.includes(name)),
  );
  expect(worst).toBeLessThan(medium ?? -1);
  expect(rowOf(user.rows(), 'P2 Medium')).toMatch(/P2 Medium +4h +2h/);
  expect(detailsOf(user.rows(), 'Severities', 'P0 Critical  respond')).toEqual([
    ' P0 Critical  respond within 15m · escalate: immediately',
    '   · the service is down',
    '   · data is lost',
    '   · payments fail',
  ]);
});

longTest('a profile without severities says where to write them', async () => {
  const user = await open([120, 36], shop());
  expect(bodyOf(user.rows(), 'Severities').join('\n')).toMatch(/severities: .*id, title, rank/);
});
