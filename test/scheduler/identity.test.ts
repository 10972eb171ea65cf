import { expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { fault, lost, openToys, type ToyOptions, toy } from '../engine/toys.ts';
import { longTest } from '../support/layer.ts';
import { manualClock } from '../support/manual-clock.ts';

const start = 1_000_000;
const never = new AbortController().signal;
const wrongSystem = fault('wrong-system', { source: 'a', message: 'billing answers, not orders' });

/** Opens source `a` with one feed. `who` returns the result of its nth identity check (from 0). */
const openIdentified = async (who: (nth: number) => Fault | undefined | Error, options: ToyOptions = {}) => {
  const clock = manualClock(start);
  const checkedAt: number[] = [];
  const rows = toy(clock, 'a/rows', options);
  const other = toy(clock, 'b/rows');
  const identify = async (): Promise<Fault | undefined> => {
    checkedAt.push(clock.now() - start);
    await clock.sleep(50);
    const answer = who(checkedAt.length - 1);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const engine = await openToys(clock, { a: { feeds: [rows.feed], identify }, b: [other.feed] });
  return { clock, engine, rows, other, checkedAt };
};
const stateOf = (engine: Engine) => engine.facts.getState().feeds['a/rows'];

longTest('checks the identity before the first read, then every minute', async () => {
  const { clock, engine, rows, other, checkedAt } = await openIdentified(() => undefined, {
    everyMs: 10_000,
  });
  engine.start();
  await clock.settle();
  expect([rows.began.length, other.began.length]).toEqual([0, 1]);
  await clock.advance(50);
  expect(rows.began).toEqual([start + 50]);
  await clock.advance(125_000);
  expect(checkedAt).toEqual([0, 60_250, 120_500]);
  expect(engine.identityOf('a')).toBeUndefined();
  await engine.close();
});

longTest('another system makes the whole source unknown, until the right one responds', async () => {
  const { clock, engine, rows, other, checkedAt } = await openIdentified((nth) =>
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
  expect(checkedAt).toEqual([0, 60_250, 75_500, 90_750]);
  expect(stateOf(engine)).toMatchObject({ faults: [], known: { began: start + 90_800 } });
  expect(engine.identityOf('a')).toBeUndefined();
  expect(other.began.length).toBeGreaterThan(90);
  await engine.close();
});

test('discards a reading of the wrong system', async () => {
  const { clock, engine } = await openIdentified((nth) => (nth === 0 ? undefined : wrongSystem), {
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

test('checks the identity after a failed read, before it accepts the next reading', async () => {
  const { clock, engine, checkedAt } = await openIdentified((nth) => (nth === 0 ? undefined : wrongSystem), {
    answer: (nth) => (nth === 1 ? lost('unreachable') : { items: [], faults: [] }),
  });
  engine.start();
  await clock.advance(2500);
  expect(checkedAt).toEqual([0, 2000]);
  expect(stateOf(engine)?.known).toBeUndefined();
  expect(stateOf(engine)?.faults).toMatchObject([{ kind: 'wrong-system' }]);
  await engine.close();
});

test('a failed identity check is reported as a fault, and the source is still read', async () => {
  const { clock, engine, rows, checkedAt } = await openIdentified((nth) =>
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
  expect(checkedAt).toEqual([0, 15_250]);
  expect(stateOf(engine)?.faults).toEqual([]);
  await engine.close();
});

test('only the right system clears a wrong identity, not a failed check', async () => {
  const { clock, engine, rows } = await openIdentified((nth) =>
    nth === 0 ? wrongSystem : fault('unreachable', { source: 'a' }),
  );
  engine.start();
  await clock.advance(40_000);
  expect(rows.began).toEqual([]);
  expect(engine.identityOf('a')).toMatchObject({ kind: 'wrong-system' });
  await engine.close();
});

test('a manual poll checks the identity again and then reads', async () => {
  const { clock, engine, rows } = await openIdentified((nth) => (nth === 0 ? wrongSystem : undefined));
  engine.start();
  await clock.advance(1000);
  expect(rows.began).toEqual([]);
  engine.pollNow();
  await clock.advance(50);
  expect(stateOf(engine)).toMatchObject({ faults: [], known: { began: start + 1050 } });
  await engine.close();
});

test('confirmIdentity checks each time, and returns failed checks', async () => {
  const answers = [undefined, wrongSystem, fault('unreachable'), new Error('internal'), undefined];
  const { clock, engine } = await openIdentified((nth) => answers[nth]);
  const kinds: (string | undefined)[] = [];
  for (const _ of answers) {
    const confirmed = engine.confirmIdentity('a', never);
    await clock.advance(50);
    kinds.push((await confirmed)?.kind);
  }
  expect(kinds).toEqual([undefined, 'wrong-system', 'unreachable', 'bug', undefined]);
  expect(await engine.confirmIdentity('b', never)).toBeUndefined();
  expect(await engine.confirmIdentity('absent', never)).toMatchObject({ kind: 'missing' });
  await engine.close();
});

test('an identity check without an answer times out and delays only the first read', async () => {
  const clock = manualClock(start);
  const rows = toy(clock, 'a/rows');
  let checkedAt = 0;
  const identify = (): Promise<undefined> => {
    checkedAt += 1;
    return new Promise(() => {});
  };
  const engine = await openToys(clock, { a: { feeds: [rows.feed], identify } });
  engine.start();
  await clock.advance(2500);
  expect(engine.identityOf('a')).toMatchObject({ kind: 'timeout', source: 'a' });
  expect(rows.began.length).toBe(1);
  expect(await engine.confirmIdentity('a', never)).toMatchObject({ kind: 'timeout' });
  expect(checkedAt).toBe(1);
  await engine.close();
});

test('readOnce checks the identity', async () => {
  const { clock, engine, rows } = await openIdentified(() => wrongSystem);
  const reading = engine.readOnce(10_000);
  await clock.advance(100);
  await reading;
  expect(rows.began).toEqual([]);
  expect(stateOf(engine)?.faults).toMatchObject([{ kind: 'wrong-system' }]);
  await engine.close();
});
