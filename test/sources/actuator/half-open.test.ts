import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import {
  halfOpenTime,
  parseTransitions,
  withTransitions,
} from '../../../src/sources/actuator/half-open-timer.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { openSource } from '../open-source.ts';

const start = Date.parse('2026-03-04T10:00:00Z');
const unknown = { openedAt: undefined, waits: new Map<number, number>() };

/** Transitions at these seconds: 'o' opens, 'h' half-opens, 'c' closes. */
const transitionsAt = (...all: readonly (readonly [number, 'o' | 'h' | 'c'])[]) =>
  all.map(([seconds, what]) => ({
    at: seconds * 1000,
    transition: { o: 'HALF_OPEN_TO_OPEN', h: 'OPEN_TO_HALF_OPEN', c: 'HALF_OPEN_TO_CLOSED' }[what],
  }));

test('transitions are parsed with their zone, by breaker, and in order', () => {
  const event = (circuitBreakerName: string, creationTime: string, stateTransition: string | null) => ({
    circuitBreakerName,
    creationTime,
    stateTransition,
    type: stateTransition === null ? 'ERROR' : 'STATE_TRANSITION',
  });
  const body = {
    circuitBreakerEvents: [
      event('psp', '2026-03-04T11:00:05.123456789+01:00[Europe/Berlin]', 'OPEN_TO_HALF_OPEN'),
      event('psp', '2026-03-04T10:00:01Z[Etc/UTC]', 'CLOSED_TO_OPEN'),
      event('other', '2026-03-04T10:00:02Z', 'CLOSED_TO_OPEN'),
      event('psp', 'yesterday', 'CLOSED_TO_OPEN'),
      event('psp', '2026-03-04T10:00:03Z', null),
    ],
  };
  expect(parseTransitions(body, 'psp', (wall) => wall - start)).toEqual([
    { at: 1000, transition: 'CLOSED_TO_OPEN' },
    { at: 5123, transition: 'OPEN_TO_HALF_OPEN' },
  ]);
});

test('the events of a real server are parsed', () => {
  const file = new URL(
    '../../recordings/actuator-spring-boot-3.5/circuitbreakerevents.json',
    import.meta.url,
  );
  const found = parseTransitions(JSON.parse(readFileSync(file, 'utf8')), 'broker', (wall) => wall);
  expect(found.map(({ transition }) => transition)).toContain('CLOSED_TO_OPEN');
  expect(found.every(({ at }) => at > Date.parse('2026-01-01'))).toBe(true);
});

test.each([
  [
    'two waits of the same length',
    [
      [0, 'o'],
      [60, 'h'],
      [61, 'o'],
      [121, 'h'],
      [122, 'o'],
    ],
    182,
  ],
  [
    'one wait only',
    [
      [0, 'o'],
      [60, 'h'],
      [61, 'o'],
    ],
    undefined,
  ],
  [
    'waits that differ, as without automatic transition',
    [
      [0, 'o'],
      [60, 'h'],
      [61, 'o'],
      [190, 'h'],
      [191, 'o'],
    ],
    undefined,
  ],
  [
    'a breaker that is not open',
    [
      [0, 'o'],
      [60, 'h'],
      [61, 'o'],
      [121, 'h'],
    ],
    undefined,
  ],
  [
    'a breaker that has closed',
    [
      [0, 'o'],
      [60, 'h'],
      [61, 'o'],
      [121, 'h'],
      [122, 'c'],
    ],
    undefined,
  ],
  ['no transition', [], undefined],
] as const)('half-open is known from %s', (_, all, seconds) => {
  const timer = withTransitions(unknown, transitionsAt(...all));
  expect(halfOpenTime(timer)).toBe(seconds === undefined ? undefined : seconds * 1000);
});

test('waits are remembered when the breaker has lost its older events', () => {
  const first = withTransitions(unknown, transitionsAt([0, 'o'], [60, 'h'], [61, 'o'], [121, 'h']));
  expect(halfOpenTime(withTransitions(first, transitionsAt([500, 'o'])))).toBe(560_000);
});

/** A service with one breaker, whose clock is ahead of ours. */
const service = async (aheadMs = 0) => {
  const clock = manualClock();
  const began = clock.wallNow() + aheadMs;
  const state = { word: 'OPEN', status: 200, transitions: [] as readonly (readonly [number, string])[] };
  const server = await localServer((request, response) => {
    const isEvents = request.url?.includes('circuitbreakerevents') === true;
    const events = state.transitions.map(([seconds, stateTransition]) => ({
      circuitBreakerName: 'psp',
      type: 'STATE_TRANSITION',
      creationTime: `${new Date(began + seconds * 1000).toISOString()}[Etc/UTC]`,
      stateTransition,
    }));
    response.writeHead(isEvents ? state.status : 200, {
      'content-type': 'application/json',
      date: new Date(clock.wallNow() + aheadMs).toUTCString(),
    });
    response.end(
      JSON.stringify(
        isEvents ? { circuitBreakerEvents: events } : { circuitBreakers: { psp: { state: state.word } } },
      ),
    );
  });
  const opened = await openSource(actuator, { service: 'bus', url: server.url }, [], clock);
  onTestFinished(async () => {
    await opened[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  const start = clock.now();
  return {
    clock,
    state,
    asked: () => server.asked.filter((line) => line.includes('circuitbreakerevents')),
    /** Seconds after the start at which the breaker becomes half-open. */
    halfOpenAt: async (): Promise<number | undefined> => {
      const { items, faults } = await opened.read('breakers');
      expect(faults).toEqual([]);
      const [found] = items;
      const time = found !== undefined && 'halfOpenAt' in found ? found.halfOpenAt : undefined;
      return time === undefined ? undefined : Math.round((time - start) / 100) / 10;
    },
  };
};

const cycles = [
  [-130, 'CLOSED_TO_OPEN'],
  [-100, 'OPEN_TO_HALF_OPEN'],
  [-90, 'HALF_OPEN_TO_OPEN'],
  [-60, 'OPEN_TO_HALF_OPEN'],
  [-10, 'HALF_OPEN_TO_OPEN'],
] as const;

test.each([0, 300_000])(
  'an open breaker has the time of its half-open state, with a clock %i ms ahead',
  async (ahead) => {
    const { clock, state, asked, halfOpenAt } = await service(ahead);
    state.transitions = cycles;
    // The Date header has whole seconds.
    const time = await halfOpenAt();
    expect(time).toBeGreaterThanOrEqual(19);
    expect(time).toBeLessThanOrEqual(21);
    await halfOpenAt();
    expect(asked()).toEqual(['GET /circuitbreakerevents/psp/STATE_TRANSITION']);
    await clock.advance(25_000);
    // It is overdue: no countdown, and the events are read again.
    expect(await halfOpenAt()).toBeUndefined();
    expect(asked()).toHaveLength(2);
    state.transitions = [...cycles, [20, 'OPEN_TO_HALF_OPEN'], [24, 'HALF_OPEN_TO_OPEN']];
    expect(await halfOpenAt()).toBeGreaterThan(50);
  },
);

test('a closed breaker costs no further request; a missing endpoint is asked once per opening and is no fault', async () => {
  const { state, asked, halfOpenAt } = await service();
  state.word = 'CLOSED';
  expect(await halfOpenAt()).toBeUndefined();
  expect(asked()).toEqual([]);
  Object.assign(state, { word: 'OPEN', status: 404 });
  expect([await halfOpenAt(), await halfOpenAt()]).toEqual([undefined, undefined]);
  expect(asked()).toHaveLength(1);
  state.word = 'CLOSED';
  await halfOpenAt();
  Object.assign(state, { word: 'OPEN', status: 200, transitions: cycles });
  expect(await halfOpenAt()).toBeGreaterThan(0);
});
