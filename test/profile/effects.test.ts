import { expect, test } from 'vitest';
import { effectsFrom, zEffects } from '../../src/profile/shape/effects.ts';

const diagnostic = (written: unknown): string | undefined =>
  zEffects().safeParse([written]).error?.issues[0]?.message;

test('effects of a step are read', () => {
  const written = zEffects().parse([
    { ends: 'lag', where: { group: '${param.group}' } },
    { replaces: 'workloads', where: { kind: 'pod', owner: 'deploy orders' }, ready: 3 },
    { ends: 'signals', where: { signal: 'errors', instance: 'orders-1' } },
  ]);
  expect(effectsFrom(written)).toEqual([
    { does: 'ends', kind: 'lag', where: { group: '${param.group}' } },
    { does: 'replaces', kind: 'workloads', where: { kind: 'pod', owner: 'deploy orders' }, ready: 3 },
    { does: 'ends', kind: 'signals', where: { signal: 'errors', instance: 'orders-1' } },
  ]);
});

test.each([
  [
    { ends: 'lag', where: { shard: '1' } },
    'lag have no field shard. See the fields of this kind in docs/reference/kinds.md',
  ],
  [{ where: { group: 'a' } }, 'write either ends: KIND or replaces: KIND'],
  [{ ends: 'lag', replaces: 'lag', where: { group: 'a' } }, 'write either ends: KIND or replaces: KIND'],
  [{ ends: 'lag', where: {} }, 'write at least one field that identifies these rows'],
])('%j is refused: %s', (written, message) => {
  expect(diagnostic(written)).toBe(message);
});
