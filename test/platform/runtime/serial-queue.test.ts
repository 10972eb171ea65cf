import { expect, test } from 'vitest';
import { createSerialQueue } from '../../../src/platform/runtime/serial-queue.ts';

test('tasks run one after the other, in the order in which they were added', async () => {
  const queue = createSerialQueue();
  const slow = Promise.withResolvers<void>();
  const events: string[] = [];
  const first = queue.run(async () => {
    events.push('first begins');
    await slow.promise;
    events.push('first ends');
    return 1;
  });
  const second = queue.run(async () => {
    events.push('second');
    return 2;
  });
  await Promise.resolve();
  expect(events).toEqual(['first begins']);
  slow.resolve();
  expect(await Promise.all([first, second])).toEqual([1, 2]);
  expect(events).toEqual(['first begins', 'first ends', 'second']);
});

test('a failed task rejects for its caller, and the next one runs after that was handled', async () => {
  const queue = createSerialQueue();
  const events: string[] = [];
  const failed = queue
    .run(() => Promise.reject(new Error('disk full')))
    .catch((error: unknown) => events.push(String(error)));
  const next = queue.run(async () => events.push('next'));
  await Promise.all([failed, next]);
  expect(events).toEqual(['Error: disk full', 'next']);
});

test('a task that throws before its first await fails like any other', async () => {
  const queue = createSerialQueue();
  const failed = queue.run(() => {
    throw new Error('not a directory');
  });
  await expect(failed).rejects.toThrow('not a directory');
  expect(await queue.run(() => Promise.resolve('next'))).toBe('next');
});

test('a queue is settled once its last task has ended, also one that failed and whose failure was ignored', async () => {
  const queue = createSerialQueue();
  await queue.settled();
  let isOver = false;
  void queue.run(async () => {
    await Promise.resolve();
    isOver = true;
    throw new Error('disk full');
  });
  await queue.settled();
  expect(isOver).toBe(true);
});
