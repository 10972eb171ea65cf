import { expect, test } from 'vitest';
import type { ValueOrigin } from '../../src/domain/facts/facts.ts';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { noon, sample, snapshotOfSignals, spec } from '../support/made-facts.ts';

const world = (value: number, origin?: ValueOrigin): Snapshot =>
  snapshotOfSignals(
    [spec('jobs', { unit: '', read: { length: 'jobs' } })],
    [sample('jobs', value, origin === undefined ? {} : { origin })],
  );

const evaluate = (text: string, before: Snapshot, now: Snapshot, effects: readonly DeclaredEffect[] = []) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, now, { now: noon, before, witnesses: { effects } });
};

const table = { 'table shop.jobs': '16384 16384' };

test.each<readonly [string, ValueOrigin, ValueOrigin]>([
  ['nothing has taken an element', { taken: 90 }, { taken: 90 }],
  ['the table was truncated', { objects: table }, { objects: { 'table shop.jobs': '16384 16999' } }],
  [
    'the disk was unmounted',
    { objects: { 'table shop.jobs': '/dev/sdb1 /data' } },
    { objects: { 'table shop.jobs': '/dev/sda1 /' } },
  ],
  ['the table is gone', { objects: table }, { objects: {} }],
  ['the counters were reset', { taken: 90 }, { taken: 0 }],
  ['commands are not counted any more', { taken: 90 }, {}],
  ['its tables are not known any more', { objects: table }, {}],
])('a backlog that is empty although %s proves nothing', (_, was, is) => {
  expect(evaluate('jobs < 5', world(48, was), world(0, is))).toMatchObject({
    value: 'unknown',
    why: expect.stringMatching(
      /^(?:jobs is (?:lower than before, and (?:no consumer has taken|opsdeck can no longer tell whether consumers)|read from table shop.jobs, which was)|the origin of jobs was known)/,
    ),
  });
});

test.each<readonly [string, number, ValueOrigin | undefined, number, ValueOrigin | undefined]>([
  ['something has taken elements', 48, { taken: 90 }, 0, { taken: 91 }],
  ['the server was restarted', 48, { taken: 90 }, 0, { taken: 3 }],
  ['nothing tells', 48, undefined, 0, undefined],
  ['it was not above the limit', 3, { taken: 90 }, 4, { taken: 90 }],
  ['a partition was added', 48, { objects: table }, 0, { objects: { ...table, 'table shop.jobs_2': '1 1' } }],
])('a backlog proves it where %s', (_, was, then, is, now) => {
  expect(evaluate('jobs < 5', world(was, then), world(is, now)).value).toBe('true');
});

test('what the action removes by its declaration is its effect', () => {
  const [before, now] = [world(48, { taken: 90 }), world(0, { taken: 90 })];
  const ends = (where: DeclaredEffect['where']): readonly DeclaredEffect[] => [
    { does: 'ends', stays: true, kind: 'queues', where },
  ];
  expect(evaluate('jobs < 5', before, now, ends({ source: 'bus', name: 'jobs' })).value).toBe('true');
  expect(evaluate('jobs < 5', before, now, ends({ source: 'bus' })).value).toBe('true');
  const ofSignal: DeclaredEffect = { does: 'ends', kind: 'signals', where: { signal: 'jobs' } };
  expect(evaluate('jobs < 5', before, now, [ofSignal]).value).toBe('true');
  expect(evaluate('jobs < 5', before, now, ends({ source: 'bus', name: 'mail' })).value).toBe('unknown');
  expect(evaluate('jobs < 5', before, now, ends({ source: 'other', name: 'jobs' })).value).toBe('unknown');
});
