import { expect, test } from 'vitest';
import { createReadLimiter, type ReleaseSlot } from '../../src/scheduler/read-limiter.ts';

const never = new AbortController().signal;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('no more than the limits are under way, and every place given back is used', async () => {
  const [a, b] = [{}, {}];
  const inFlight = createReadLimiter(5, 4);
  const inside: ReleaseSlot[] = [];
  for (let n = 0; n < 6; n++) void inFlight.enter(a, never).then((leave) => leave && inside.push(leave));
  for (let n = 0; n < 3; n++) void inFlight.enter(b, never).then((leave) => leave && inside.push(leave));
  await turn();
  expect(inside).toHaveLength(5);
  let served = 0;
  while (inside.length > 0) {
    inside.shift()?.();
    served += 1;
    await turn();
    expect(inside.length).toBeLessThanOrEqual(5);
  }
  expect(served).toBe(9);
});

test('a place given back twice is one place', async () => {
  const inFlight = createReadLimiter(1, 1);
  const first = await inFlight.enter({}, never);
  first?.();
  first?.();
  let inside = 0;
  for (let n = 0; n < 2; n++) void inFlight.enter({}, never).then(() => (inside += 1));
  await turn();
  expect(inside).toBe(1);
});

test('sources take turns: one with many questions keeps no other waiting', async () => {
  const [many, few] = [{}, {}];
  const inFlight = createReadLimiter(1, 4);
  const order: string[] = [];
  const ask = (source: object, name: string): void =>
    void inFlight.enter(source, never).then(async (leave) => {
      order.push(name);
      await turn();
      leave?.();
    });
  for (let n = 1; n <= 4; n++) ask(many, `many ${n}`);
  ask(few, 'few 1');
  ask(few, 'few 2');
  for (let n = 0; n < 20; n++) await turn();
  expect(order).toEqual(['many 1', 'few 1', 'many 2', 'few 2', 'many 3', 'many 4']);
});

test('who no longer wants in is taken out of the line', async () => {
  const source = {};
  const inFlight = createReadLimiter(1, 1);
  const leave = await inFlight.enter(source, never);
  const gone = new AbortController();
  const second = inFlight.enter(source, gone.signal);
  const third = inFlight.enter(source, never);
  gone.abort();
  expect(await second).toBeUndefined();
  leave?.();
  expect(await third).toBeTypeOf('function');
  expect(await inFlight.enter(source, AbortSignal.abort())).toBeUndefined();
});
