import { expect, test } from 'vitest';
import { eventBusExpected } from '../expected/event-bus.ts';
import { eventBus } from '../suites/event-bus.ts';
import { claimsOf, nameOf } from './entries.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import { type Documents, readDocuments } from './profile-copy.ts';
import { tryMutation } from './try-mutation.ts';

const profile: Documents = {
  'base.yaml': {
    sources: { gh: { type: 'github' } },
    signals: [
      { id: 'heap', source: 'prom', read: { query: 'up' }, warn: '>70', crit: '>80', covers: ['S0-R10'] },
    ],
    logs: { views: [{ name: 'errors', include: 'ERROR', covers: ['S0-R31'] }] },
    runbooks: [{ include: 'books.yaml' }],
  },
  'books.yaml': [
    {
      id: 'scale',
      diagnose: [{ id: 'd1', that: 'heap > 80', covers: ['S0-I2-D1'] }],
      act: [
        { id: 'a1', use: 'k8s.scale', covers: ['S0-I2-A4'] },
        { id: 'a2', manual: true, covers: ['S0-I2-A3'] },
        { id: 'a3', use: 'gh.reviews', with: { approvals: 1 }, covers: ['S0-C1-2'] },
      ],
      verify: [
        { id: 'v1', that: 'heap <= 80', covers: ['S0-I2-A4'] },
        { id: 'v2', use: 'k8s.exec', expect: { value: 'x' }, covers: ['S0-I2-A4'] },
      ],
    },
  ],
  'production.yaml': { runbooks: [{ id: 'scale', act: [{ id: 'a1', gate: 'typed', covers: ['S0-P1-3'] }] }] },
};

const mutation = (entry: string, how: string): Mutation => {
  const found = claimsOf(profile)
    .flatMap(mutationsOf)
    .find((other) => nameOf(other.claim.entry) === entry && other.how === how);
  if (found === undefined) throw new Error(`there is no mutation of ${entry}: ${how}`);
  return found;
};

const changed = (entry: string, how: string): string => {
  const documents = structuredClone(profile);
  mutation(entry, how).apply(documents);
  return JSON.stringify(documents);
};

test('all entries that claim a row have mutations, except manual steps', () => {
  const all = claimsOf(profile).map((claim) => [
    nameOf(claim.entry),
    mutationsOf(claim).map(({ how }) => how),
  ]);
  expect(Object.fromEntries(all)).toEqual({
    'signal heap': ['without a value', 'another value', 'limits never passed', 'limits always passed'],
    'view errors': ['no line', 'every line'],
    'scale d1': ['dropped', 'negated'],
    'scale a1': ['dropped', 'answered and not carried out'],
    'scale a2': [],
    // Its operation only reads: the unchanged twin gives the same.
    'scale a3': ['dropped'],
    'scale v1': ['dropped', 'always true'],
    'scale v2': ['dropped', 'always true'],
  });
});

test('drops a step from its base and from all environments', () => {
  expect(changed('scale a1', 'dropped')).not.toMatch(/"id":"a1"/);
});

test('negates an expression, or makes it true whenever it is known', () => {
  expect(changed('scale d1', 'negated')).toContain('not (heap > 80)');
  expect(changed('scale v1', 'always true')).toContain('(heap <= 80) or not (heap <= 80)');
  expect(changed('scale v2', 'always true')).toContain('"expect":{"value":"!= no-such-word"}');
});

test('limits keep their comparison operator', () => {
  expect(changed('signal heap', 'limits never passed')).toContain(
    '"warn":">987654321987000","crit":">987654321987000"',
  );
  expect(changed('signal heap', 'limits always passed')).toContain('"warn":">-987654321987000"');
});

test('calculates a signal without a value from another one, so that references to it stay valid', () => {
  expect(changed('signal heap', 'without a value')).toContain(
    '"read":{"of":{"n":"mutation.base"},"calc":"0 / (n - n)"}',
  );
});

test.each([
  ['stop-service a1', 'answered and not carried out'],
  ['stop-service v1', 'always true'],
  ['signal heap', 'limits never passed'],
])('runs exercises on the mutated profile: detects %s %s', async (entry, how) => {
  const documents = await readDocuments('event-bus');
  const found = claimsOf(documents)
    .flatMap(mutationsOf)
    .find((other) => nameOf(other.claim.entry) === entry && other.how === how);
  if (found === undefined) throw new Error(`there is no mutation of ${entry}: ${how}`);
  const trial = { system: 'event-bus', documents, exercises: eventBus, expected: eventBusExpected };
  expect(await tryMutation(found, trial)).toBe('killed');
});
