import { describe, expect, test } from 'vitest';
import type { BreakerConfig } from '../../src/simulator/model/breaker.ts';
import { CircuitBreaker } from '../../src/simulator/model/breaker.ts';

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
 * A breaker is played a script: `s` a success, `f` a failure, `S` and `F` slow ones, each only if it is permitted;
 * `+N` N seconds pass; any other word is an order.
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
  /** state, failure rate, slow rate, buffered, failed, slow, slow and failed, not permitted */
  readonly ends: readonly [string, number, number, number, number, number, number, number];
}

const cases: readonly Case[] = [
  { name: 'starts closed, without a rate', script: '', ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0] },
  {
    name: 'has no rate below the minimum, whatever failed',
    script: 'ffff',
    ends: ['CLOSED', -1, -1, 4, 4, 0, 0, 0],
  },
  {
    name: 'opens at the minimum when the threshold is reached',
    script: 'ssfff',
    ends: ['OPEN', 60, 0, 5, 3, 0, 0, 0],
  },
  { name: 'reaching the threshold is exceeding it', script: 'sssfff', ends: ['OPEN', 50, 0, 6, 3, 0, 0, 0] },
  {
    name: 'stays closed just under it',
    script: 'ssssfff',
    ends: ['CLOSED', Math.fround(300 / 7), 0, 7, 3, 0, 0, 0],
  },
  {
    name: 'forgets what left the window',
    script: 'ffffssssssssssss',
    more: { minimumNumberOfCalls: 10 },
    ends: ['CLOSED', 0, 0, 10, 0, 0, 0, 0],
  },
  {
    name: 'needs no more calls than the window holds',
    script: 'fff',
    more: { slidingWindowSize: 3 },
    ends: ['OPEN', 100, 0, 3, 3, 0, 0, 0],
  },
  { name: 'opens for slow calls as well', script: 'sSSSS', ends: ['OPEN', 0, 80, 5, 0, 4, 0, 0] },
  { name: 'tells slow failures apart', script: 'FFFFF', ends: ['OPEN', 100, 100, 5, 5, 5, 5, 0] },
  {
    name: 'rejects while open, and keeps on show what opened it',
    script: 'fffff sss',
    ends: ['OPEN', 100, 0, 5, 5, 0, 0, 3],
  },
  {
    name: 'is still open when the wait has just passed',
    script: 'fffff +59 s',
    ends: ['OPEN', 100, 0, 5, 5, 0, 0, 1],
  },
  {
    name: 'tries again after the wait, by the next call',
    script: 'fffff +60 s',
    ends: ['HALF_OPEN', -1, -1, 1, 0, 0, 0, 0],
  },
  { name: 'does not try again by itself', script: 'fffff +600 tick', ends: ['OPEN', 100, 0, 5, 5, 0, 0, 0] },
  {
    name: 'tries again by itself when told to',
    script: 'fffff +60 tick',
    more: { automaticTransitionFromOpenToHalfOpenEnabled: true },
    ends: ['HALF_OPEN', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'closes when the trials succeed',
    script: 'fffff +60 sss',
    ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'closes when the trials are under the threshold',
    script: 'fffff +60 ssf',
    ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'opens again when the trials fail',
    script: 'fffff +60 sff',
    ends: ['OPEN', Math.fround(200 / 3), 0, 3, 2, 0, 0, 0],
  },
  {
    name: 'waits anew after failed trials',
    script: 'fffff +60 fff +59 s',
    ends: ['OPEN', 100, 0, 3, 3, 0, 0, 1],
  },
  {
    name: 'can be closed by hand, with a fresh window',
    script: 'fffff s close',
    ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'loses its window when it is closed while closed',
    script: 'ssss close',
    ends: ['CLOSED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'opens again after a close that came too early',
    script: 'fffff close fffff',
    ends: ['OPEN', 100, 0, 5, 5, 0, 0, 0],
  },
  {
    name: 'forced open rejects for ever',
    script: 'force-open +6000 sss',
    ends: ['FORCED_OPEN', -1, -1, 0, 0, 0, 0, 3],
  },
  {
    name: 'disabled permits and counts nothing',
    script: 'disable ffffffffff',
    ends: ['DISABLED', -1, -1, 0, 0, 0, 0, 0],
  },
  {
    name: 'metrics only counts and never opens',
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

  test('lets only so many trials through while it is half open', () => {
    const breaker = play('fffff +60');
    expect([61_000, 61_001, 61_002, 61_003, 61_004].map((at) => breaker.permit(at))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(breaker.reading()).toMatchObject({ state: 'HALF_OPEN', notPermittedCalls: 2 });
  });

  test('without settings has those of Resilience4j', () => {
    const breaker = new CircuitBreaker('nobody-knows');
    for (let at = 0; at < 99; at += 1) breaker.done(at, 10, 'java.io.IOException: no');
    expect(breaker.state).toBe('CLOSED');
    breaker.done(99, 10, 'java.io.IOException: no');
    expect(breaker.state).toBe('OPEN');
  });
});

const events: readonly { name: string; script: string; ends: readonly string[] }[] = [
  {
    name: 'tells the error, the exceeded rate and the transition, in this order',
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
    name: 'tells of slow calls',
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
    name: 'tells every order that changes the state',
    script: 'force-open close +1 disable close',
    ends: ['CLOSED_TO_FORCED_OPEN', 'FORCED_OPEN_TO_CLOSED', 'CLOSED_TO_DISABLED', 'DISABLED_TO_CLOSED'],
  },
  {
    name: 'is silent about calls while disabled or forced open',
    script: 'disable ff force-open ss',
    ends: ['CLOSED_TO_DISABLED', 'DISABLED_TO_FORCED_OPEN'],
  },
  { name: 'does not call closing a closed one a transition', script: 's close', ends: ['SUCCESS'] },
  {
    name: 'tells a reset apart',
    script: 'force-open reset reset',
    ends: ['CLOSED_TO_FORCED_OPEN', 'FORCED_OPEN_TO_CLOSED', 'RESET', 'RESET'],
  },
  {
    name: 'tells an exceeded rate once while it only measures',
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

  test('are the last hundred', () => {
    const breaker = play('s'.repeat(150));
    expect(breaker.events.length).toBe(100);
    expect(breaker.totals).toEqual({ SUCCESS: 150, ERROR: 0, NOT_PERMITTED: 0 });
  });

  test('failed trials open it without a rate event', () => {
    const types = play('fffff +60 fff').events.map(({ type, transition }) => transition ?? type);
    expect(types.slice(-5)).toEqual(['OPEN_TO_HALF_OPEN', 'ERROR', 'ERROR', 'ERROR', 'HALF_OPEN_TO_OPEN']);
  });
});
