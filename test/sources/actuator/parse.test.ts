import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { breakerEventLines, infoLines, loggerLines } from '../../../src/sources/actuator/detail-feeds.ts';
import { parseBreakers, parseLogger, parseMeter } from '../../../src/sources/actuator/parse.ts';

const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(`test/recordings/actuator-spring-boot-3.5/${name}.json`, 'utf8'));

test('breakers of a real service: an object by name, rates as texts, no rate with too few calls', () => {
  const thresholds = { failureRateThreshold: 50, slowCallRateThreshold: 100 };
  const idle = {
    addressable: true,
    word: 'CLOSED',
    state: 'closed',
    ...thresholds,
    bufferedCalls: 0,
    failedCalls: 0,
    slowCalls: 0,
    notPermittedCalls: 0,
  };
  expect(parseBreakers(recorded('circuitbreakers'))).toEqual([
    {
      name: 'broker',
      addressable: true,
      word: 'OPEN',
      state: 'open',
      ...thresholds,
      failureRate: 50,
      slowCallRate: 0,
      bufferedCalls: 6,
      failedCalls: 3,
      slowCalls: 0,
      notPermittedCalls: 9,
    },
    { name: 'nope2', ...idle },
    { name: 'psp', ...idle },
  ]);
});

const states: readonly (readonly [unknown, string])[] = [
  ['CLOSED', 'closed'],
  ['OPEN', 'open'],
  ['HALF_OPEN', 'half-open'],
  ['FORCED_OPEN', 'forced-open'],
  ['DISABLED', 'disabled'],
  ['METRICS_ONLY', 'metrics-only'],
  ['SOMETHING', 'unknown'],
  [undefined, 'unknown'],
  [3, 'unknown'],
];
test.each(states)('state %j is %s', (state, word) => {
  expect(parseBreakers({ circuitBreakers: { a: { state } } })[0]?.state).toBe(word);
});

const rates: readonly (readonly [unknown, number | undefined])[] = [
  ['42.5%', 42.5],
  ['0.0%', 0],
  ['-1.0%', undefined],
  ['NaN%', undefined],
  ['', undefined],
  [12.5, 12.5],
  [-1, undefined],
  [null, undefined],
];
test.each(rates)('rate %j is %j', (failureRate, value) => {
  expect(parseBreakers({ circuitBreakers: { a: { failureRate } } })[0]?.failureRate).toBe(value);
});

test.each([{}, [], null, { circuitBreakers: [] }, { circuitBreakers: 'x' }])(
  '%j has no circuit breakers',
  (body) => {
    expect(() => parseBreakers(body)).toThrowError(expect.objectContaining({ kind: 'malformed' }));
  },
);

test('meters of a real service have statistics and tags', () => {
  const pool = parseMeter(recorded('metrics-hikaricp.connections'));
  expect(pool.statistics.get('VALUE')).toBe(5);
  expect(pool.tags.get('pool')).toEqual(['shop-pool']);
  const requests = parseMeter(recorded('metrics-http.server.requests'));
  expect([...requests.statistics.keys()]).toEqual(['COUNT', 'TOTAL_TIME', 'MAX']);
  expect(requests.tags.get('method')).toEqual(['POST', 'GET']);
});

test('NaN, as Spring writes it, is a statistic without a value', () => {
  const { statistics } = parseMeter({ name: 'x', measurements: [{ statistic: 'VALUE', value: 'NaN' }] });
  expect([...statistics]).toEqual([['VALUE', undefined]]);
});

test('a logger has its configured level, or the inherited one', () => {
  expect(parseLogger(recorded('logger-ROOT'))).toEqual({ configured: 'INFO', effective: 'INFO' });
  expect(parseLogger({ effectiveLevel: 'WARN' })).toEqual({ configured: undefined, effective: 'WARN' });
  expect(() => parseLogger({})).toThrowError(expect.objectContaining({ kind: 'malformed' }));
});

test('information, loggers and events are formatted as lines', () => {
  expect(infoLines({ build: { version: '2.4', n: 3 }, tags: ['a'] })).toEqual([
    { title: 'build.version', text: '2.4' },
    { title: 'build.n', text: '3' },
    { title: 'tags', text: '["a"]' },
  ]);
  const loggers = {
    ROOT: { configuredLevel: 'INFO', effectiveLevel: 'INFO' },
    app: { effectiveLevel: 'INFO' },
  };
  expect(loggerLines({ loggers })).toEqual([{ title: 'ROOT', text: 'INFO' }]);
  const lines = breakerEventLines(recorded('circuitbreakerevents'));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.some(({ title }) => title === 'broker STATE_TRANSITION')).toBe(true);
  expect(lines.some(({ title }) => title.endsWith('SUCCESS'))).toBe(false);
});

test.each([null, [], 'x', 3, { loggers: 3, circuitBreakerEvents: {} }])('%j is malformed', (body) => {
  expect(() => loggerLines(body)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  expect(() => breakerEventLines(body)).toThrow(expect.objectContaining({ kind: 'malformed' }));
});

test('a meter tells its unit and its description', () => {
  const body = { name: 'wait', description: 'Waited', baseUnit: 'seconds', measurements: [] };
  expect(parseMeter(body).metric).toEqual({ unit: 'seconds', help: 'Waited' });
  expect(parseMeter({ name: 'wait', description: null, measurements: [] }).metric).toEqual({});
});
