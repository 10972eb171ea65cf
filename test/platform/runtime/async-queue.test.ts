import { expect, test } from 'vitest';
import { type AsyncQueue, createAsyncQueue } from '../../../src/platform/runtime/async-queue.ts';

const readAll = async (box: AsyncQueue<number>): Promise<readonly number[]> => {
  const items: number[] = [];
  for await (const item of box) items.push(item);
  return items;
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('items queued before the first read are returned in order, then the end', async () => {
  const box = createAsyncQueue<number>();
  for (const item of [1, 2, 3]) box.put(item);
  box.end();
  expect(await readAll(box)).toEqual([1, 2, 3]);
});

test('a reader waits for later items, repeatedly', async () => {
  const box = createAsyncQueue<number>();
  const read = readAll(box);
  await turn();
  box.put(1);
  await turn();
  box.put(2);
  box.put(3);
  await turn();
  box.end();
  expect(await read).toEqual([1, 2, 3]);
});

test('an item added while another is being processed is not lost', async () => {
  const box = createAsyncQueue<number>();
  const seen: number[] = [];
  box.put(0);
  for await (const item of box) {
    seen.push(item);
    if (item < 3) box.put(item + 1);
    else box.end();
  }
  expect(seen).toEqual([0, 1, 2, 3]);
});

test('a failure is returned after all earlier items, and only the first end counts', async () => {
  const box = createAsyncQueue<number>();
  box.put(1);
  box.fail(new Error('lost'));
  box.end();
  box.fail(new Error('another'));
  box.put(2);
  const seen: number[] = [];
  const read = async (): Promise<void> => {
    for await (const item of box) seen.push(item);
  };
  await expect(read()).rejects.toThrow('lost');
  expect(seen).toEqual([1]);
});

test('an end wakes a waiting reader', async () => {
  const ended = createAsyncQueue<number>();
  const failed = createAsyncQueue<number>();
  const reads = [readAll(ended), readAll(failed)] as const;
  await turn();
  ended.end();
  failed.fail(new Error('lost'));
  expect(await reads[0]).toEqual([]);
  await expect(reads[1]).rejects.toThrow('lost');
});
