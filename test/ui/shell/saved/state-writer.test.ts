import { expect, test } from 'vitest';
import { createCoalescedWriter } from '../../../../src/ui/shell/saved/state-writer.ts';
import { manualClock } from '../../../support/manual-clock.ts';

/** A writer of numbers, and what it has written; each write takes until `release` is called. */
const numbers = () => {
  const clock = manualClock();
  const written: string[] = [];
  let pending: number[] = [];
  let gate = Promise.withResolvers<void>();
  const writer = createCoalescedWriter({
    clock,
    ms: 1000,
    takeChanges: () => {
      if (pending.length === 0) return undefined;
      const taken = pending;
      const free = gate;
      pending = [];
      return async () => {
        written.push(`begin ${taken.join()}`);
        await free.promise;
        written.push(`end ${taken.join()}`);
      };
    },
  });
  return {
    clock,
    written,
    writer,
    change: (value: number): void => {
      pending.push(value);
      writer.soon();
    },
    release: (): void => {
      gate.resolve();
      gate = Promise.withResolvers();
    },
  };
};

test('changes within the time are written together', async () => {
  const { clock, written, change, release } = numbers();
  change(1);
  await clock.advance(600);
  change(2);
  await clock.advance(399);
  expect(written).toEqual([]);
  await clock.advance(1);
  release();
  await clock.settle();
  expect(written).toEqual(['begin 1,2', 'end 1,2']);
});

test('a write waits for the one in progress, and has the changes that were there when it was requested', async () => {
  const { clock, written, writer, change, release } = numbers();
  change(1);
  void writer.now();
  change(2);
  void writer.now();
  change(3);
  await clock.settle();
  expect(written).toEqual(['begin 1']);
  release();
  await clock.settle();
  expect(written).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
});

test('stop writes what is pending at once, and resolves when it is written', async () => {
  const { clock, written, writer, change, release } = numbers();
  change(1);
  const stopped = writer.stop();
  release();
  await stopped;
  expect(written).toEqual(['begin 1', 'end 1']);
  await clock.settle();
  expect(clock.pending()).toBe(0);
});
