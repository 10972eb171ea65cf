import { expect, test } from 'vitest';
import { createReadLimiter, type ReleaseSlot } from '../../src/scheduler/read-limiter.ts';

const never = new AbortController().signal;
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('limits concurrent reads and reuses released slots', async () => {
  const a = {};
  const b = {};
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

test('slow reads of one instance leave slots to the others, up to the limit of the source', async () => {
  const source = {};
  const limiter = createReadLimiter();
  const running: string[] = [];
  const slots = new Map<string, ReleaseSlot>();
  const ask = (instance: string, name: string): void =>
    void limiter.enter(source, never, { instance }).then((release) => {
      running.push(name);
      if (release !== undefined) slots.set(name, release);
    });
  for (let n = 1; n <= 5; n++) ask('pod-a', `a${n}`);
  for (let n = 1; n <= 3; n++) ask('pod-b', `b${n}`);
  await turn();
  expect(running).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2']);
  slots.get('b1')?.();
  await turn();
  // a5 came earlier, but pod-a has its four.
  expect(running.slice(6)).toEqual(['b3']);
  slots.get('a1')?.();
  await turn();
  expect(running.slice(7)).toEqual(['a5']);
});

test('of the reads of a source, the one goes next whose previous read is the longest ago', async () => {
  const source = {};
  const limiter = createReadLimiter(1, 1, 1);
  const order: string[] = [];
  const ask = (name: string, lastAt?: number): void =>
    void limiter.enter(source, never, { lastAt }).then(async (release) => {
      order.push(name);
      await turn();
      release?.();
    });
  ask('running', 5000);
  ask('read 2 s ago', 3000);
  ask('read 5 s ago', 0);
  ask('also 5 s ago', 0);
  ask('never read');
  for (let n = 0; n < 20; n++) await turn();
  expect(order).toEqual(['running', 'never read', 'read 5 s ago', 'also 5 s ago', 'read 2 s ago']);
});

test('an aborted read of an instance leaves the queue of that instance', async () => {
  const source = {};
  const limiter = createReadLimiter(1, 1, 1);
  const release = await limiter.enter(source, never, { instance: 'pod-a' });
  const stop = new AbortController();
  const waiting = limiter.enter(source, stop.signal, { instance: 'pod-b' });
  const last = limiter.enter(source, never, { instance: 'pod-b' });
  stop.abort();
  expect(await waiting).toBeUndefined();
  release?.();
  expect(await last).toBeTypeOf('function');
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
  const many = {};
  const few = {};
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
