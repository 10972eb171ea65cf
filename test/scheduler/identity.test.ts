import { expect, test } from 'vitest';
import type { Fault } from '../../src/domain/fault.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { fault, lost, openToys, type ToyOptions, toy } from '../engine/toys.ts';
import { manualClock } from '../support/manual-clock.ts';

const start = 1_000_000;
const never = new AbortController().signal;
const wrongSystem = fault('wrong-system', { source: 'a', message: 'billing answers, not orders' });

/** One source `a` with one feed, whose identity is what `who` says when asked for the nth time (from 0). */
const openWatched = async (who: (nth: number) => Fault | undefined | Error, options: ToyOptions = {}) => {
  const clock = manualClock(start);
  const asked: number[] = [];
  const rows = toy(clock, 'a/rows', options);
  const other = toy(clock, 'b/rows');
  const identify = async (): Promise<Fault | undefined> => {
    asked.push(clock.now() - start);
    await clock.sleep(50);
    const said = who(asked.length - 1);
    if (said instanceof Error) throw said;
    return said;
  };
  const engine = await openToys(clock, { a: { feeds: [rows.feed], identify }, b: [other.feed] });
  return { clock, engine, rows, other, asked };
};
const stateOf = (engine: Engine) => engine.facts.getState().feeds['a/rows'];

test('who answers is asked before the first read, and then every minute', async () => {
  const { clock, engine, rows, other, asked } = await openWatched(() => undefined, { everyMs: 10_000 });
  engine.start();
  await clock.settle();
  expect([rows.began.length, other.began.length]).toEqual([0, 1]);
  await clock.advance(50);
  expect(rows.began).toEqual([start + 50]);
  await clock.advance(125_000);
  expect(asked).toEqual([0, 60_250, 120_500]);
  expect(engine.identityOf('a')).toBeUndefined();
  await engine.close();
});

test('another system makes everything of the source unknown, until the right one is back', async () => {
  const { clock, engine, rows, other, asked } = await openWatched((nth) =>
    nth === 1 || nth === 2 ? { ...wrongSystem, at: clock.now() } : undefined,
  );
  engine.start();
  await clock.advance(60_200);
  expect(stateOf(engine)?.known?.items).toHaveLength(1);
  await clock.advance(300);
  expect(stateOf(engine)).toMatchObject({ faults: [{ kind: 'wrong-system' }] });
  expect(stateOf(engine)?.known).toBeUndefined();
  expect(engine.identityOf('a')).toMatchObject({ message: wrongSystem.message, at: start + 60_300 });
  const readsBefore = rows.began.length;
  await clock.advance(15_000);
  expect(rows.began).toHaveLength(readsBefore);
  expect(stateOf(engine)?.faults).toMatchObject([{ kind: 'wrong-system' }]);
  await clock.advance(15_500);
  expect(asked).toEqual([0, 60_250, 75_500, 90_750]);
  expect(stateOf(engine)).toMatchObject({ faults: [], known: { began: start + 90_800 } });
  expect(engine.identityOf('a')).toBeUndefined();
  expect(other.began.length).toBeGreaterThan(90);
  await engine.close();
});

test('what was read of the wrong system is thrown away', async () => {
  const { clock, engine } = await openWatched((nth) => (nth === 0 ? undefined : wrongSystem), {
    latencyMs: () => 1000,
    everyMs: 5000,
  });
  engine.start();
  await clock.advance(100);
  const confirmed = engine.confirmIdentity('a', never);
  await clock.advance(2000);
  expect(await confirmed).toMatchObject({ kind: 'wrong-system' });
  expect(stateOf(engine)?.known).toBeUndefined();
  expect(stateOf(engine)?.faults).toMatchObject([{ kind: 'wrong-system' }]);
  await engine.close();
});

test('after a loss, who answers is asked before the answer is believed', async () => {
  const { clock, engine, asked } = await openWatched((nth) => (nth === 0 ? undefined : wrongSystem), {
    answer: (nth) => (nth === 1 ? lost('unreachable') : { items: [], faults: [] }),
  });
  engine.start();
  await clock.advance(2500);
  expect(asked).toEqual([0, 2000]);
  expect(stateOf(engine)?.known).toBeUndefined();
  expect(stateOf(engine)?.faults).toMatchObject([{ kind: 'wrong-system' }]);
  await engine.close();
});

test('when it cannot be found out who answers, the source is read, and the doubt stands beside it', async () => {
  const { clock, engine, rows, asked } = await openWatched((nth) =>
    nth === 0 ? fault('denied', { source: 'a', message: 'GET /version: 401' }) : undefined,
  );
  engine.start();
  await clock.advance(2000);
  expect(rows.began.length).toBeGreaterThan(1);
  expect(stateOf(engine)).toMatchObject({
    losses: 0,
    faults: [{ kind: 'denied', message: 'GET /version: 401' }],
  });
  expect(engine.identityOf('a')).toMatchObject({ kind: 'denied' });
  await clock.advance(15_000);
  expect(asked).toEqual([0, 15_250]);
  expect(stateOf(engine)?.faults).toEqual([]);
  await engine.close();
});

test('silence does not clear another system: only the right one does', async () => {
  const { clock, engine, rows } = await openWatched((nth) =>
    nth === 0 ? wrongSystem : fault('unreachable', { source: 'a' }),
  );
  engine.start();
  await clock.advance(40_000);
  expect(rows.began).toEqual([]);
  expect(engine.identityOf('a')).toMatchObject({ kind: 'wrong-system' });
  await engine.close();
});

test('asked by hand, the source is asked anew who it is, and read when it is the right one', async () => {
  const { clock, engine, rows } = await openWatched((nth) => (nth === 0 ? wrongSystem : undefined));
  engine.start();
  await clock.advance(1000);
  expect(rows.began).toEqual([]);
  engine.pollNow();
  await clock.advance(50);
  expect(stateOf(engine)).toMatchObject({ faults: [], known: { began: start + 1050 } });
  await engine.close();
});

test('the executor is told afresh who answers, and that it could not be found out', async () => {
  const said = [undefined, wrongSystem, fault('unreachable'), new Error('lost my mind'), undefined];
  const { clock, engine } = await openWatched((nth) => said[nth]);
  const kinds: (string | undefined)[] = [];
  for (const _ of said) {
    const confirmed = engine.confirmIdentity('a', never);
    await clock.advance(50);
    kinds.push((await confirmed)?.kind);
  }
  expect(kinds).toEqual([undefined, 'wrong-system', 'unreachable', 'bug', undefined]);
  expect(await engine.confirmIdentity('b', never)).toBeUndefined();
  expect(await engine.confirmIdentity('nobody', never)).toMatchObject({ kind: 'missing' });
  await engine.close();
});

test('an identity that is never told is a timeout and holds up nothing but the first read', async () => {
  const clock = manualClock(start);
  const rows = toy(clock, 'a/rows');
  let asked = 0;
  const identify = (): Promise<undefined> => {
    asked += 1;
    return new Promise(() => {});
  };
  const engine = await openToys(clock, { a: { feeds: [rows.feed], identify } });
  engine.start();
  await clock.advance(2500);
  expect(engine.identityOf('a')).toMatchObject({ kind: 'timeout', source: 'a' });
  expect(rows.began.length).toBe(1);
  expect(await engine.confirmIdentity('a', never)).toMatchObject({ kind: 'timeout' });
  expect(asked).toBe(1);
  await engine.close();
});

test('a reading of everything takes who answers into account', async () => {
  const { clock, engine, rows } = await openWatched(() => wrongSystem);
  const reading = engine.readOnce(10_000);
  await clock.advance(100);
  await reading;
  expect(rows.began).toEqual([]);
  expect(stateOf(engine)?.faults).toMatchObject([{ kind: 'wrong-system' }]);
  await engine.close();
});
