import { expect, test } from 'vitest';
import { createRedrawScheduler } from '../../../src/ui/shell/terminal/redraw-scheduler.ts';
import { manualClock } from '../../support/manual-clock.ts';

const counting = () => {
  const clock = manualClock();
  let drawn = 0;
  let renewed = 0;
  const redraw = createRedrawScheduler(
    clock,
    () => {
      drawn++;
    },
    {
      prepare: () => [],
      renew: () => {
        renewed++;
      },
    },
  );
  return { clock, redraw, drawn: () => drawn, renewed: () => renewed };
};

test('draws keys at the end of the turn, several of them once', async () => {
  const { clock, redraw, drawn } = counting();
  redraw.now();
  redraw.now();
  expect(drawn()).toBe(0);
  await clock.settle();
  expect(drawn()).toBe(1);
});

test('draws external changes once per 30 ms', async () => {
  const { clock, redraw, drawn } = counting();
  redraw.soon();
  await clock.advance(20);
  redraw.soon();
  await clock.advance(9);
  expect(drawn()).toBe(0);
  await clock.advance(1);
  expect(drawn()).toBe(1);
  await clock.advance(1000);
  expect(drawn()).toBe(1);
});

test('a key does not wait for external changes', async () => {
  const { clock, redraw, drawn } = counting();
  redraw.soon();
  redraw.now();
  await clock.settle();
  expect(drawn()).toBe(1);
});

test('draws nothing and leaves no timer after stop', async () => {
  const { clock, redraw, drawn } = counting();
  redraw.soon();
  redraw.now();
  redraw.stop();
  await clock.advance(100);
  expect(drawn()).toBe(0);
});

test('refreshes facts for external changes, not for keys', async () => {
  const { clock, redraw, renewed } = counting();
  redraw.now();
  await clock.settle();
  expect(renewed()).toBe(0);
  redraw.soon();
  await clock.advance(30);
  expect(renewed()).toBe(1);
});

test('slow drawing reduces the frame rate, but not below one frame per 300 ms', async () => {
  const times: number[] = [];
  let now = 0;
  let takes = 40;
  const waits: (() => void)[] = [];
  const clock = {
    now: () => now,
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        waits.push(() => {
          now += ms;
          resolve();
        });
      }),
  };
  const redraw = createRedrawScheduler(
    clock,
    () => {
      times.push(now);
      now += takes;
    },
    { prepare: () => [], renew: () => {} },
  );
  const drawOnce = async (): Promise<void> => {
    redraw.soon();
    waits.shift()?.();
    await new Promise(setImmediate);
  };
  await drawOnce();
  await drawOnce();
  takes = 1000;
  await drawOnce();
  await drawOnce();
  expect(times).toEqual([30, 190, 350, 1650]);
});

/** A screen whose frame takes `steps` ms to prepare, one entry per step, and the log of what happens. */
const preparing = (steps: readonly number[]) => {
  const log: string[] = [];
  const waits: (() => void)[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    sleep: (ms: number) =>
      new Promise<void>((resolve) => {
        waits.push(() => {
          now += ms;
          resolve();
        });
      }),
  };
  const redraw = createRedrawScheduler(
    clock,
    () => {
      log.push('drawn');
      now += 10;
    },
    {
      *prepare() {
        for (const [index, ms] of steps.entries()) {
          log.push(`step ${index + 1}`);
          now += ms;
          yield;
        }
      },
      renew: () => log.push('renewed'),
    },
  );
  const turn = async (): Promise<void> => {
    waits.shift()?.();
    await new Promise(setImmediate);
  };
  return { log, redraw, turn };
};

test('prepares a frame that takes long in slices, and handles keys in between with the visible frame', async () => {
  const { log, redraw, turn } = preparing([3, 3, 9, 1]);
  redraw.soon();
  await turn();
  expect(log).toEqual(['renewed', 'drawn']);
  log.length = 0;
  redraw.soon();
  await turn();
  expect(log).toEqual(['step 1', 'step 2']);
  redraw.now();
  await new Promise(setImmediate);
  expect(log).toEqual(['step 1', 'step 2', 'drawn']);
  await turn();
  await turn();
  expect(log.slice(3)).toEqual(['step 3', 'step 4', 'renewed', 'drawn']);
});

test('changes while a frame is prepared are drawn with the next one', async () => {
  const { log, redraw, turn } = preparing([9, 9]);
  redraw.soon();
  await turn();
  redraw.soon();
  await turn();
  redraw.soon();
  redraw.soon();
  await turn();
  await turn();
  expect(log.filter((text) => text === 'drawn')).toHaveLength(2);
  await turn();
  await turn();
  await turn();
  expect(log.filter((text) => text === 'drawn')).toHaveLength(3);
});

test('a stop ends the preparation', async () => {
  const { log, redraw, turn } = preparing([9, 9]);
  redraw.soon();
  await turn();
  redraw.soon();
  await turn();
  redraw.stop();
  await turn();
  expect(log.filter((text) => text === 'drawn')).toHaveLength(1);
});
