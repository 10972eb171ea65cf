import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSpringHealth } from '../../../../src/sources/kit/values/spring-health.ts';

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
