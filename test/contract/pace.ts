import { expect, test } from 'vitest';
import { type FailureMode, retryAfterMs } from '../../src/testing/failure-modes.ts';
import { failureModeNamed, type Stage } from '../../src/testing/source-rig.ts';
import { everyMs, pace, timeoutMs } from './paced.ts';

/** Registers the tests of the engine's polling guarantees for every source type: no overlap, back-off, Retry-After. */
export const pacePromises = <M extends FailureMode>(stage: Stage<M>): void => {
  const hanging = stage.failureModes.find((failure) => failure.name === 'hanging');
  const down = failureModeNamed(stage, 'down');
  const throttled = stage.failureModes.find((failure) => failure.name === 'throttled');

  test('reads a healthy source once per interval', async () => {
    await using paced = await pace(stage);
    paced.engine.start();
    await paced.pass(10 * everyMs);
    for (const feed of paced.feeds) {
      expect(paced.reads(feed.id).began.length, feed.id).toBeGreaterThanOrEqual(10);
      expect(paced.reads(feed.id).began.length, feed.id).toBeLessThanOrEqual(11);
    }
    expect(paced.engine.facts.getState().feeds[paced.feeds[0]?.id ?? '']?.known).toBeDefined();
  });

  if (hanging !== undefined)
    test('does not start a second read while one is in progress', async () => {
      await using paced = await pace(stage);
      await paced.wire.set(hanging);
      paced.engine.start();
      await paced.wire.arrived(1);
      await paced.clock.advance(timeoutMs - 1);
      const reads = paced.feeds.map((feed) => paced.reads(feed.id));
      expect(reads.filter(({ active }) => active === 1).length).toBeGreaterThan(0);
      for (const { began } of reads) expect(began.length).toBeLessThanOrEqual(1);
      await paced.wire.set(down);
      await paced.pass(3 * timeoutMs);
      for (const feed of paced.feeds) expect(paced.reads(feed.id).maxActive, feed.id).toBe(1);
    });

  test('backs off from an unreachable source without giving up; a probe keeps its interval', async () => {
    await using paced = await pace(stage);
    await paced.wire.set(down);
    paced.engine.start();
    await paced.pass(64 * everyMs);
    for (const feed of paced.feeds) {
      const { began } = paced.reads(feed.id);
      const pauses = began.slice(1).map((time, index) => time - (began[index] ?? 0));
      if (feed.probe === true) expect(Math.max(...pauses), feed.id).toBeLessThanOrEqual(everyMs + 250);
      else {
        expect(began.length, feed.id).toBeLessThanOrEqual(8);
        expect(pauses, 'pauses never get shorter').toEqual([...pauses].sort((a, b) => a - b));
      }
    }
    await paced.wire.heal();
    const lossesOf = (feed: string) => paced.engine.facts.getState().feeds[feed]?.losses;
    // Reading a host starts a program each time: no longer than until the last feed has recovered.
    for (let nth = 0; nth < 64 && paced.feeds.some(({ id }) => lossesOf(id) !== 0); nth += 1)
      await paced.pass(everyMs);
    for (const { id } of paced.feeds) expect(lossesOf(id), id).toBe(0);
  });

  if (throttled !== undefined)
    test('honors Retry-After until a person refreshes', async () => {
      await using paced = await pace(stage);
      await paced.wire.set(throttled);
      paced.engine.start();
      await paced.pass(everyMs);
      const num = paced.wire.asked();
      expect(num).toBeGreaterThan(0);
      paced.engine.pollNow(paced.feeds.map(({ id }) => id));
      await paced.pass(retryAfterMs - 2 * everyMs);
      expect(paced.wire.asked(), 'also where a pane asks').toBe(num);
      await paced.wire.heal();
      paced.engine.pollNow();
      await paced.pass(everyMs / 2);
      expect(paced.wire.asked(), 'a person asks').toBeGreaterThan(num);
      await paced.pass(2.5 * everyMs);
      for (const feed of paced.feeds)
        expect(paced.reads(feed.id).began.length, feed.id).toBeGreaterThanOrEqual(2);
    });

  if (hanging !== undefined)
    test('closes every connection when the environment closes', async () => {
      const paced = await pace(stage);
      await paced.wire.set(hanging);
      paced.engine.start();
      await paced.wire.arrived(1);
      await paced.engine.close();
      await paced.wire.drained();
      await paced[Symbol.asyncDispose]();
    });
};
