import { describe, expect, test } from 'vitest';
import type { BreakerConfig } from '../../src/simulator/model/spec/breaker.ts';
import { CircuitBreaker } from '../../src/simulator/model/spec/breaker.ts';

const config: Partial<BreakerConfig> = {
  slidingWindowSize: 10,
  minimumNumberOfCalls: 5,
  failureRateThreshold: 50,
  slowCallRateThreshold: 80,
  slowCallDurationThreshold: 2000,
  waitDurationInOpenState: 60_000,
  permittedNumberOfCallsInHalfOpenState: 3,
};

const orders: Readonly<Record<string, (breaker: CircuitBreaker, now: number) => void>> = {
  close: (breaker, now) => breaker.forceState('CLOSED', now),
  'force-open': (breaker, now) => breaker.forceState('FORCED_OPEN', now),
  disable: (breaker, now) => breaker.forceState('DISABLED', now),
  'metrics-only': (breaker, now) => breaker.forceState('METRICS_ONLY', now),
  reset: (breaker, now) => breaker.reset(now),
  tick: (breaker, now) => breaker.tick(now),
};

/**
 * Runs a script on a circuit breaker: `s` is a successful call, `f` a failed one, `S` and `F` slow ones, each only if permitted;
 * `+N` advances N seconds; any other word is a command.
 */
const play = (script: string, more: Partial<BreakerConfig> = {}): CircuitBreaker => {
  const breaker = new CircuitBreaker('broker', { ...config, ...more });
  let now = 0;
  const call = (letter: string): void => {
    if (!breaker.permit(now)) return;
    const ms = letter === letter.toUpperCase() ? 2001 : 10;
    breaker.done(now, ms, letter.toLowerCase() === 'f' ? 'java.io.IOException: no' : undefined);
  };
  for (const word of script.split(' ')) {
    const order = orders[word];
    if (word.startsWith('+')) now += Number(word) * 1000;
    else if (order !== undefined) order(breaker, now);
    else for (const letter of word) call(letter);
    now += 1;
  }
  return breaker;
};

interface Case {
  readonly name: string;
  readonly script: string;
  readonly more?: Partial<BreakerConfig>;
  /** State, failure rate, slow call rate, then counts: buffered, failed, slow, slow and failed, not permitted. */
  readonly ends: readonly [string, number, number, number, number, number, number, number];
}

const cases: readonly Case[] = [
  { name: 'starts closed, without a rate', script: '', ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0] },
  {
    name: 'has no rate below the minimum number of calls',
    script: 'ffff',
    ends: ['CLOSED', -1, -1, 4, 4, 0, 0, 0],
  },
  {
    name: 'opens at the minimum when the threshold is reached',
    script: 'ssfff',
    ends: ['OPEN', 60, 0, 5, 3, 0, 0, 0],
  },
  { name: 'opens at exactly the threshold', script: 'sssfff', ends: ['OPEN', 50, 0, 6, 3, 0, 0, 0] },
  {
    name: 'stays closed just below the threshold',
    script: 'ssssfff',
    ends: ['CLOSED', Math.fround(300 / 7), 0, 7, 3, 0, 0, 0],
  },
  {
    name: 'drops calls that left the window',
    script: 'ffffssssssssssss',
    more: { minimumNumberOfCalls: 10 },
    ends: ['CLOSED', 0, 0, 10, 0, 0, 0, 0],
  },
  {
    name: 'limits the minimum number of calls to the window size',
    script: 'fff',
    more: { slidingWindowSize: 3 },
    ends: ['OPEN', 100, 0, 3, 3, 0, 0, 0],
  },
  { name: 'opens for slow calls as well', script: 'sSSSS', ends: ['OPEN', 0, 80, 5, 0, 4, 0, 0] },
  { name: 'counts slow failures separately', script: 'FFFFF', ends: ['OPEN', 100, 100, 5, 5, 5, 5, 0] },
  {
    name: 'rejects while open, and keeps the rates that opened it',
    script: 'fffff sss',
    ends: ['OPEN', 100, 0, 5, 5, 0, 0, 3],
  },
  {
    name: 'is still open at the end of the wait duration',
    script: 'fffff +59 s',
    ends: ['OPEN', 100, 0, 5, 5, 0, 0, 1],
  },
  {
    name: 'becomes half-open with the next call after the wait duration',
    script: 'fffff +60 s',
    ends: ['HALF_OPEN', -1, -1, 1, 0, 0, 0, 0],
  },
  {
    name: 'does not become half-open by itself',
    script: 'fffff +600 tick',
    ends: ['OPEN', 100, 0, 5, 5, 0, 0, 0],
  },
  {
    name: 'becomes half-open by itself with automatic transition',
    script: 'fffff +60 tick',
    more: { automaticTransitionFromOpenToHalfOpenEnabled: true },
    ends: ['HALF_OPEN', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'closes when the trial calls succeed',
    script: 'fffff +60 sss',
    ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'closes when the trial calls stay below the threshold',
    script: 'fffff +60 ssf',
    ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'opens again when the trial calls fail',
    script: 'fffff +60 sff',
    ends: ['OPEN', Math.fround(200 / 3), 0, 3, 2, 0, 0, 0],
  },
  {
    name: 'restarts the wait duration after failed trial calls',
    script: 'fffff +60 fff +59 s',
    ends: ['OPEN', 100, 0, 3, 3, 0, 0, 1],
  },
  {
    name: 'can be closed manually, with an empty window',
    script: 'fffff s close',
    ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'closing it while closed empties its window',
    script: 'ssss close',
    ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'opens again after being closed too early',
    script: 'fffff close fffff',
    ends: ['OPEN', 100, 0, 5, 5, 0, 0, 0],
  },
  {
    name: 'forced open rejects indefinitely',
    script: 'force-open +6000 sss',
    ends: ['FORCED_OPEN', -1, -1, 0, 0, 0, 0, 3],
  },
  {
    name: 'disabled permits every call and counts none',
    script: 'disable ffffffffff',
    ends: ['DISABLED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'metrics-only counts and never opens',
    script: 'metrics-only ffffff',
    ends: ['METRICS_ONLY', 100, 0, 6, 6, 0, 0, 0],
  },
  { name: 'is closed by a reset', script: 'force-open reset', ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0] },
];

describe('a circuit breaker', () => {
  test.each(cases)('$name', ({ script, more, ends }) => {
    const now = play(script, more).reading();
    expect([
      now.state,
      now.failureRate,
      now.slowCallRate,
      now.bufferedCalls,
      now.failedCalls,
      now.slowCalls,
      now.slowFailedCalls,
      now.notPermittedCalls,
    ]).toEqual(ends);
  });

  test('permits a limited number of calls in half-open state', () => {
    const breaker = play('fffff +60');
    expect([61_000, 61_001, 61_002, 61_003, 61_004].map((time) => breaker.permit(time))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(breaker.reading()).toMatchObject({ state: 'HALF_OPEN', notPermittedCalls: 2 });
  });

  test('uses the defaults of Resilience4j', () => {
    const breaker = new CircuitBreaker('unconfigured');
    for (let index = 0; index < 99; index += 1) breaker.done(index, 10, 'java.io.IOException: no');
    expect(breaker.state).toBe('CLOSED');
    breaker.done(99, 10, 'java.io.IOException: no');
    expect(breaker.state).toBe('OPEN');
  });
});

const events: readonly { name: string; script: string; ends: readonly string[] }[] = [
  {
    name: 'records error, exceeded rate and transition in this order',
    script: 'ssfff s',
    ends: [
      'SUCCESS',
      'SUCCESS',
      'ERROR',
      'ERROR',
      'ERROR',
      'FAILURE_RATE_EXCEEDED',
      'CLOSED_TO_OPEN',
      'NOT_PERMITTED',
    ],
  },
  {
    name: 'records slow calls',
    script: 'SSSSS',
    ends: [
      'SUCCESS',
      'SUCCESS',
      'SUCCESS',
      'SUCCESS',
      'SUCCESS',
      'SLOW_CALL_RATE_EXCEEDED',
      'CLOSED_TO_OPEN',
    ],
  },
  {
    name: 'records every manual state change',
    script: 'force-open close +1 disable close',
    ends: ['CLOSED_TO_FORCED_OPEN', 'FORCED_OPEN_TO_CLOSED', 'CLOSED_TO_DISABLED', 'DISABLED_TO_CLOSED'],
  },
  {
    name: 'records no calls while disabled or forced open',
    script: 'disable ff force-open ss',
    ends: ['CLOSED_TO_DISABLED', 'DISABLED_TO_FORCED_OPEN'],
  },
  { name: 'closing a closed one is not a transition', script: 's close', ends: ['SUCCESS'] },
  {
    name: 'records a reset as its own event',
    script: 'force-open reset reset',
    ends: ['CLOSED_TO_FORCED_OPEN', 'FORCED_OPEN_TO_CLOSED', 'RESET', 'RESET'],
  },
  {
    name: 'records an exceeded rate once in metrics-only mode',
    script: 'metrics-only ffffff',
    ends: [
      'CLOSED_TO_METRICS_ONLY',
      'ERROR',
      'ERROR',
      'ERROR',
      'ERROR',
      'ERROR',
      'FAILURE_RATE_EXCEEDED',
      'ERROR',
    ],
  },
];

describe('the events of a circuit breaker', () => {
  test.each(events)('$name', ({ script, ends }) => {
    expect(play(script).events.map(({ type, transition }) => transition ?? type)).toEqual(ends);
  });

  test('keeps the last hundred events', () => {
    const breaker = play('s'.repeat(150));
    expect(breaker.events.length).toBe(100);
    expect(breaker.totals).toEqual({ SUCCESS: 150, ERROR: 0, NOT_PERMITTED: 0 });
  });

  test('failed calls in half-open state open it without a rate event', () => {
    const types = play('fffff +60 fff').events.map(({ type, transition }) => transition ?? type);
    expect(types.slice(-5)).toEqual(['OPEN_TO_HALF_OPEN', 'ERROR', 'ERROR', 'ERROR', 'HALF_OPEN_TO_OPEN']);
  });
});
