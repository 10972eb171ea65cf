import { expect, test } from 'vitest';
import { createRedraw } from '../../../src/ui/redraw.ts';
import { manualClock } from '../../support/manual-clock.ts';

const counting = () => {
  const clock = manualClock();
  let drawn = 0;
  const redraw = createRedraw(clock, () => {
    drawn++;
  });
  return { clock, redraw, drawn: () => drawn };
};

test('keys are drawn at the end of the turn, several of them once', async () => {
  const { clock, redraw, drawn } = counting();
  redraw.now();
  redraw.now();
  expect(drawn()).toBe(0);
  await clock.settle();
  expect(drawn()).toBe(1);
});

test('what comes from outside within 30 ms is drawn once', async () => {
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

test('a key does not wait for what comes from outside', async () => {
  const { clock, redraw, drawn } = counting();
  redraw.soon();
  redraw.now();
  await clock.settle();
  expect(drawn()).toBe(1);
});

test('once stopped, nothing is drawn and no timer is left', async () => {
  const { clock, redraw, drawn } = counting();
  redraw.soon();
  redraw.now();
  redraw.stop();
  await clock.advance(100);
  expect(drawn()).toBe(0);
});
