import { expect, test } from 'vitest';
import { createReadLimiter, type ReleaseSlot } from '../../src/scheduler/read-limiter.ts';

const never = new AbortController().signal;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('limits concurrent reads and reuses released slots', async () => {
  const [a, b] = [{}, {}];
  const limiter = createReadLimiter(5, 4);
  const running: ReleaseSlot[] = [];
  for (let n = 0; n < 6; n++)
    void limiter.enter(a, never).then((release) => release && running.push(release));
  for (let n = 0; n < 3; n++)
    void limiter.enter(b, never).then((release) => release && running.push(release));
  await turn();
  expect(running).toHaveLength(5);
  let served = 0;
  while (running.length > 0) {
    running.shift()?.();
    served += 1;
    await turn();
    expect(running.length).toBeLessThanOrEqual(5);
  }
  expect(served).toBe(9);
});

test('a slot released twice is one slot', async () => {
  const limiter = createReadLimiter(1, 1);
  const first = await limiter.enter({}, never);
  first?.();
  first?.();
  let running = 0;
  for (let n = 0; n < 2; n++) void limiter.enter({}, never).then(() => (running += 1));
  await turn();
  expect(running).toBe(1);
});

test('sources take turns, regardless of their queue length', async () => {
  const [many, few] = [{}, {}];
  const limiter = createReadLimiter(1, 4);
  const order: string[] = [];
  const ask = (source: object, name: string): void =>
    void limiter.enter(source, never).then(async (release) => {
      order.push(name);
      await turn();
      release?.();
    });
  for (let n = 1; n <= 4; n++) ask(many, `many ${n}`);
  ask(few, 'few 1');
  ask(few, 'few 2');
  for (let n = 0; n < 20; n++) await turn();
  expect(order).toEqual(['many 1', 'few 1', 'many 2', 'few 2', 'many 3', 'many 4']);
});

test('an aborted read leaves the queue', async () => {
  const source = {};
  const limiter = createReadLimiter(1, 1);
  const release = await limiter.enter(source, never);
  const aborted = new AbortController();
  const second = limiter.enter(source, aborted.signal);
  const third = limiter.enter(source, never);
  aborted.abort();
  expect(await second).toBeUndefined();
  release?.();
  expect(await third).toBeTypeOf('function');
  expect(await limiter.enter(source, AbortSignal.abort())).toBeUndefined();
});
