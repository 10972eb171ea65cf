import { expect, test } from 'vitest';
import type { Feed } from '../../src/sources/kit/contract/source.ts';
import { manualClock } from '../support/manual-clock.ts';
import { lost, openToys, type Toy, type ToyOptions, toy } from './toys.ts';

const start = 1_000_000;
const beganAt = (givenToy: Toy): number[] => givenToy.began.map((time) => time - start);

/** A feed that needs two readings beside one that does not, read once within `timeoutMs`. */
const once = async (options: ToyOptions, timeoutMs: number) => {
  const clock = manualClock(start);
  const rate = toy(clock, 'a/rate', options);
  const plain = toy(clock, 'a/plain');
  const engine = await openToys(clock, { a: [{ ...rate.feed, needsTwo: true } satisfies Feed, plain.feed] });
  let isDone = false;
  const reading = engine.readOnce(timeoutMs).then(() => {
    isDone = true;
  });
  const state = () => engine.facts.getState().feeds['a/rate'];
  return { clock, rate, plain, engine, reading, state, isDone: () => isDone };
};

test('only a feed that needs two readings is read again a second later', async () => {
  const { clock, rate, plain, engine, reading, state, isDone } = await once({ latencyMs: () => 40 }, 10_000);
  await clock.advance(1039);
  expect(isDone()).toBe(false);
  await clock.advance(100);
  await reading;
  expect(beganAt(rate)).toEqual([0, 1040]);
  expect(beganAt(plain)).toEqual([0]);
  expect(state()?.known?.items).toMatchObject([{ text: 'read 1' }]);
  expect(state()?.faults).toEqual([]);
  await engine.close();
});

test('the first reading is used, without a fault, when there is no time for a second one', async () => {
  const { clock, rate, engine, reading, state } = await once({}, 900);
  await clock.advance(900);
  await reading;
  expect(beganAt(rate)).toEqual([0]);
  expect(state()).toMatchObject({ known: { items: [{ text: 'read 0' }] }, faults: [] });
  await engine.close();
});

test('a second reading that times out is a fault beside the first', async () => {
  const { clock, rate, engine, reading, state } = await once(
    { latencyMs: (nth) => (nth === 0 ? 0 : 5000) },
    1500,
  );
  await clock.advance(1500);
  await reading;
  expect(beganAt(rate)).toEqual([0, 1000]);
  expect(state()).toMatchObject({ known: { items: [{ text: 'read 0' }] }, faults: [{ kind: 'timeout' }] });
  await engine.close();
});

test('a feed that did not answer is not read again', async () => {
  const { clock, rate, engine, reading } = await once({ answer: () => lost('unreachable') }, 10_000);
  await clock.advance(0);
  await reading;
  expect(beganAt(rate)).toEqual([0]);
  await engine.close();
});
