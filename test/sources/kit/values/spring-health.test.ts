import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSpringHealth } from '../../../../src/sources/kit/values/spring-health.ts';
import { longTest } from '../../../support/layer.ts';

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(`test/recordings/actuator-spring-boot-3.5/${name}.json`, 'utf8'));

const words: readonly (readonly [string, string])[] = [
  ['UP', 'up'],
  ['OUT_OF_SERVICE', 'degraded'],
  ['DOWN', 'down'],
  ['UNKNOWN', 'unknown'],
  ['HALF_AWAKE', 'unknown'],
];
test.each(words)('%s is %s', (word, status) =>
  expect(parseSpringHealth({ status: word })).toMatchObject({ status, word, components: [], detail: '' }),
);

test('components are listed in order, nested ones after their parent; failing ones are the detail, those with a reason first', () => {
  const body = {
    status: 'DOWN',
    components: {
      db: { status: 'UP', components: { primary: { status: 'UP' }, replica: { status: 'DOWN' } } },
      broker: { status: 'DOWN', details: { error: 'java.net.ConnectException: refused' } },
    },
  };
  expect(parseSpringHealth(body)).toEqual({
    status: 'down',
    word: 'DOWN',
    components: [
      { name: 'db', status: 'UP' },
      { name: 'db/primary', status: 'UP' },
      { name: 'db/replica', status: 'DOWN' },
      { name: 'broker', status: 'DOWN' },
    ],
    detail: 'broker DOWN: java.net.ConnectException: refused; db/replica DOWN',
  });
});

test('Spring Boot before 2.2 calls them details', () => {
  expect(parseSpringHealth({ status: 'UP', details: { db: { status: 'UP' } } })?.components).toEqual([
    { name: 'db', status: 'UP' },
  ]);
});

test('the response of a real service is parsed, with circuit breakers after their component', () => {
  const health = parseSpringHealth(recorded('health'));
  expect(health).toMatchObject({ status: 'up', word: 'UP' });
  expect(health?.components).toContainEqual({ name: 'circuitBreakers/broker', status: 'CIRCUIT_OPEN' });
});

test.each([null, [], 'UP', {}, { status: 3 }])('%j is not a health response', (body) =>
  expect(parseSpringHealth(body)).toBeUndefined(),
);

longTest('of more components than any service has, the first are read and the others counted', () => {
  const components = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, index) => [`c${index}`, { status: index === 999 ? 'DOWN' : 'UP' }]),
  );
  const health = parseSpringHealth({ status: 'UP', components });
  expect(health?.components).toHaveLength(1000);
  expect(health?.detail).toBe('c999 DOWN; 49000 more components are not read');
});

test('components within each other are read to a depth, and counted below it', () => {
  let body: object = { status: 'UP' };
  for (let level = 0; level < 60; level += 1) body = { status: 'UP', components: { x: body } };
  const health = parseSpringHealth(body);
  expect(health?.components).toHaveLength(16);
  expect(health?.detail).toBe('1 more components are not read');
});
