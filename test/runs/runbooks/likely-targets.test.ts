import { expect, test } from 'vitest';
import type { ParamSpec, Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { offeredTargets, withLikelyTargets } from '../../../src/runs/runbooks/likely-targets.ts';
import { breaker, snapshotWith } from '../../support/made-facts.ts';

const service: ParamSpec = { name: 'service', type: 'choice', from: 'workloads.name' };

const runbook = (when?: string): Runbook => ({
  id: 'restart',
  title: 'Restart',
  covers: [],
  params: [service],
  diagnose: [],
  act: [],
  verify: [],
  position: { file: 'test.yaml', line: 1, col: 1 },
  ...(when === undefined ? {} : { when }),
});

const snapshot = snapshotWith({ breakers: [breaker('mail', { service: 'orders', state: 'open' })] });
const open = runbook('any(breakers | state = open)');
const levels = { billing: 'ok', mail: 'ok', orders: 'ok' } as const;

test('the object of the condition comes first, although its level is OK now', () => {
  const found = withLikelyTargets(service, open, { choices: ['billing', 'mail'], levels }, snapshot);
  expect(found.choices).toEqual(['mail', 'billing']);
  expect(found).not.toHaveProperty('isUndecided');
});

test('a deployment is named by its pod', () => {
  const pods = snapshotWith({ breakers: [breaker('mail-7f9-x2', { state: 'open' })] });
  expect(withLikelyTargets(service, open, { choices: ['billing', 'mail'], levels }, pods).choices[0]).toBe(
    'mail',
  );
});

test('several healthy targets without evidence: none is selected', () => {
  const available = { choices: ['billing', 'shop'], levels: { billing: 'ok', shop: 'ok' } } as const;
  expect(withLikelyTargets(service, open, available, snapshot)).toMatchObject({ isUndecided: true });
  // Who starts it without a suggestion has chosen it for a target of theirs; a failed one stands out by itself.
  expect(withLikelyTargets(service, runbook(), available, snapshot)).toEqual(available);
  const failed = { ...available, levels: { billing: 'crit', shop: 'ok' } } as const;
  expect(withLikelyTargets(service, open, failed, snapshot)).toEqual(failed);
});

test('versions with a date, fixed choices and a single one keep their order', () => {
  const dated = { choices: ['billing', 'mail'], levels, made: { billing: 1, mail: 2 } };
  expect(withLikelyTargets(service, open, dated, snapshot)).toEqual(dated);
  const fixed: ParamSpec = { name: 'to', type: 'choice', of: ['billing', 'mail'] };
  expect(withLikelyTargets(fixed, open, { choices: ['billing', 'mail'] }, snapshot).choices).toEqual([
    'billing',
    'mail',
  ]);
  expect(withLikelyTargets(service, open, { choices: ['mail'], levels }, snapshot).choices).toEqual(['mail']);
});

test('the only target is well, and the evidence names another object: it is not taken without a key', () => {
  const only = { choices: ['billing'], levels: { billing: 'ok' } } as const;
  expect(withLikelyTargets(service, open, only, snapshot)).toMatchObject({ isUnnamed: true });
  const failed = { ...only, levels: { billing: 'crit' } } as const;
  expect(withLikelyTargets(service, open, failed, snapshot)).toEqual(failed);
  expect(withLikelyTargets(service, runbook(), only, snapshot)).toEqual(only);
  const named = { choices: ['mail'], levels: { mail: 'ok' } } as const;
  expect(withLikelyTargets(service, open, named, snapshot)).toEqual(named);
});

const broken = (...services: readonly string[]) => ({
  breakers: services.map((name) => breaker('mail', { service: name, state: 'open' })),
});
const ofBreaker: ParamSpec = { name: 'service', type: 'choice', from: 'breakers.service' };

test.each([
  [
    'the only one',
    'any(breakers | state = open)',
    ['orders'],
    { name: 'orders', count: 1, noun: 'services' },
  ],
  [
    'several, all named',
    'any(breakers | state = open)',
    ['orders', 'billing'],
    { count: 2, noun: 'services' },
  ],
  [
    'one of several is named',
    'any(breakers[service = billing] | state = open)',
    ['orders', 'billing'],
    { name: 'billing', count: 2, noun: 'services' },
  ],
  ['none', 'any(breakers | state = open)', [], undefined],
] as const)('the target of a suggestion: %s', (_, when, services, expected) => {
  const made = snapshotWith(broken(...services));
  expect(offeredTargets({ ...runbook(when), params: [ofBreaker] }, made)).toEqual(expected);
});

test.each([
  ['breakers.service', 'Pod', 'pods'],
  ['breakers.service', 'Pods', 'pods'],
  ['breakers.name', 'Breaker that is open', 'breakers'],
  ['breakers.instance', 'Instance that rejects calls', undefined],
] as const)('the word for several targets of %s, titled "%s": %s', (from, title, noun) => {
  const spec: ParamSpec = { ...ofBreaker, from, title };
  const made = { ...runbook('any(breakers | state = open)'), params: [spec] };
  expect(offeredTargets(made, snapshotWith(broken('orders', 'billing')))?.noun).toBe(noun);
});

test('without a target, the number that it recommends', () => {
  const number: ParamSpec = { name: 'n', type: 'int', title: 'Instances', recommended: 3 };
  const nameOf = (title: string) =>
    offeredTargets({ ...open, params: [{ ...number, title }] }, snapshot)?.name;
  expect(nameOf('Instances')).toBe('to 3 instances');
  expect(nameOf('Replicas (above the current count)')).toBe('to 3 replicas');
  expect(nameOf('Instances of blue')).toBe('Instances of blue: 3');
});

test('what is not an object, or is known only later, is no target', () => {
  const made = snapshotWith(broken('orders'));
  const fixed: ParamSpec = { name: 'to', type: 'choice', of: ['orders'] };
  expect(offeredTargets({ ...open, params: [fixed] }, made)).toBeUndefined();
  expect(offeredTargets({ ...open, params: [] }, made)).toBeUndefined();
  const later = { ...ofBreaker, where: 'name = "${param.name}"' };
  expect(offeredTargets({ ...open, params: [later] }, made)).toBeUndefined();
});
