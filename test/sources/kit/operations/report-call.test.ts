import { expect, test } from 'vitest';
import type { ActEvent } from '../../../../src/domain/runbooks/operation.ts';
import { ChangeError, RemediedError, toFault } from '../../../../src/platform/network/to-fault.ts';
import { markUnsent, WireError } from '../../../../src/platform/runtime/wire-error.ts';
import {
  type CallReply,
  isLostConnection,
  mayHaveTakenEffect,
  refusedError,
  reportCall,
} from '../../../../src/sources/kit/operations/report-call.ts';

const failures = {
  fault: (error: unknown) => toFault('s', 'db://h', error, 0),
  prefix: 'db://h: ',
  noun: 'statement',
};

const reported = async (send: () => Promise<CallReply<number>>, how = failures) => {
  const events: ActEvent[] = [];
  const call = reportCall('DELETE x', how, send);
  for (;;) {
    const { done, value } = await call.next();
    if (done === true) return { events, result: value };
    events.push(value);
  }
};

test('a reply is reported with its output, and its value is returned', async () => {
  const { events, result } = await reported(async () => ({ status: 'done', value: 7, output: ['notice'] }));
  expect(events).toEqual([
    { is: 'call', line: 'DELETE x' },
    { is: 'output', text: 'notice' },
    { is: 'answered', line: 'DELETE x', status: 'done', ok: true },
  ]);
  expect(result).toEqual({ value: 7 });
});

test('a reply that is a failure returns no value', async () => {
  const { events, result } = await reported(async () => ({ status: '0 rows', ok: false, value: 7 }));
  expect(events.at(-1)).toMatchObject({ status: '0 rows', ok: false });
  expect(result).toBeUndefined();
});

test('an error is reported with its reason, its possible effect and its remedy', async () => {
  const lost = new RemediedError('unreachable', 'connection reset', 'check the network');
  const { events, result } = await reported(() => Promise.reject(lost));
  expect(events.at(-1)).toEqual({
    is: 'answered',
    line: 'DELETE x',
    status: 'connection reset. The statement may have taken effect anyway. Check the network',
    ok: false,
  });
  expect(result).toBeUndefined();
});

test('an error that the system declares as a refusal has no doubt', async () => {
  const { events } = await reported(() => Promise.reject(new WireError('malformed', 'no such table')), {
    ...failures,
    ...{ isRefusal: (error: unknown) => !isLostConnection(error) },
  });
  expect(events.at(-1)).toMatchObject({ status: 'no such table', ok: false });
});

const effects: readonly (readonly [string, unknown, boolean])[] = [
  ['a reset connection', new WireError('unreachable', 'connection reset'), true],
  ['no response in time', new WireError('timeout', 'no answer in 3s'), true],
  ['a cancel after sending', new WireError('cancelled', 'canceled'), true],
  ['a cancel before sending', markUnsent(new WireError('cancelled', 'canceled')), false],
  [
    'an unsent request',
    markUnsent(new WireError('unreachable', 'the certificate of the server has expired')),
    false,
  ],
  ['a connection refused behind a tunnel', new WireError('unreachable', 'connection refused'), false],
  ['a host without an address', new WireError('unreachable', 'no such host in DNS'), false],
  ['a rate limit', new WireError('throttled', 'answered 429 Too Many Requests'), false],
  ['a refusal', new ChangeError('denied', 'denied', { outcome: 'nothing' }), false],
  ['a part that is named', new ChangeError('denied', '1 of 2', { outcome: 'part' }), false],
  ['an unknown outcome', new ChangeError('timeout', 'late', { outcome: 'unknown' }), true],
  ['an internal error', new TypeError('x is undefined'), true],
];
test.each(effects)('%s: may have taken effect %#', (_, error, isDoubtful) => {
  expect(mayHaveTakenEffect(error)).toBe(isDoubtful);
});

test.each([
  [400, false],
  [403, false],
  [404, false],
  [302, true],
  [500, true],
  [503, true],
])('a response with status %i: may have taken effect %s', (status, isDoubtful) => {
  const error = refusedError(status, new RemediedError('denied', `answered ${status}`, 'grant it'));
  expect(mayHaveTakenEffect(error)).toBe(isDoubtful);
  expect(toFault('s', '', error, 0)).toMatchObject({ message: `answered ${status}`, remedy: 'grant it' });
});
