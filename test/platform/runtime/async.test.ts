import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { orAborted, whenAll, withAbort } from '../../../src/platform/runtime/async.ts';

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('orAborted', () => {
  test('returns the result and leaves no listener', async () => {
    const { signal } = new AbortController();
    expect(await orAborted(Promise.resolve('answer'), signal)).toBe('answer');
    expect(listenersOf(signal)).toBe(0);
  });

  test('passes a failure on and leaves no listener', async () => {
    const { signal } = new AbortController();
    await expect(orAborted(Promise.reject(new Error('refused')), signal)).rejects.toThrow('refused');
    expect(listenersOf(signal)).toBe(0);
  });

  test('ends with the signal, before or during the work', async () => {
    const stop = new AbortController();
    const work = new Promise<string>(() => {});
    const during = orAborted(work, stop.signal);
    expect(listenersOf(stop.signal)).toBe(1);
    stop.abort();
    expect(await during).toBeUndefined();
    expect(await orAborted(work, stop.signal)).toBeUndefined();
    expect(listenersOf(stop.signal)).toBe(0);
  });
});

test('withAbort leaves no listener', async () => {
  const { signal } = new AbortController();
  expect(await withAbort(signal, async () => 1)).toBe(1);
  expect(listenersOf(signal)).toBe(0);
});

test('whenAll waits for all, rejects with a failure, and keeps no result', async () => {
  const order: string[] = [];
  const slow = Promise.withResolvers<string>();
  const all = whenAll([
    Promise.resolve('first'),
    undefined,
    slow.promise.then(() => order.push('slow')),
  ]).then((result) => order.push(`all: ${String(result)}`));
  await whenAll([Promise.resolve('other')]);
  expect(order).toEqual([]);
  slow.resolve('answer');
  await all;
  expect(order).toEqual(['slow', 'all: undefined']);
  await expect(whenAll([Promise.resolve(), Promise.reject(new Error('refused'))])).rejects.toThrow('refused');
});
