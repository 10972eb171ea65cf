import { describe, expect, test } from 'vitest';
import { healthy } from './front.ts';
import { moods, retryAfterMs } from './moods.ts';
import { everyMs, pace, timeoutMs } from './paced.ts';
import type { Rig } from './rig.ts';
import { rigs } from './rigs.ts';

const treatOf = (name: string) => moods.find((mood) => mood.name === name)?.treat ?? healthy;

const suite = (rig: Rig): void => {
  test('a healthy source is read once an interval', async () => {
    await using paced = await pace(rig);
    paced.engine.start();
    await paced.pass(10 * everyMs);
    for (const feed of paced.feeds) {
      expect(paced.reads(feed.id).began.length, feed.id).toBeGreaterThanOrEqual(10);
      expect(paced.reads(feed.id).began.length, feed.id).toBeLessThanOrEqual(11);
    }
    expect(paced.engine.facts.getState().feeds[paced.feeds[0]?.id ?? '']?.known).toBeDefined();
  });

  test('a read that outlasts its interval is never joined by a second one', async () => {
    await using paced = await pace(rig);
    paced.front.treat(() => {});
    paced.engine.start();
    await paced.front.arrived(1);
    await paced.clock.advance(timeoutMs - 1);
    const reads = paced.feeds.map((feed) => paced.reads(feed.id));
    expect(reads.filter(({ now }) => now === 1).length).toBeGreaterThan(0);
    for (const { began } of reads) expect(began.length).toBeLessThanOrEqual(1);
    paced.front.treat(treatOf('down'));
    await paced.pass(3 * timeoutMs);
    for (const feed of paced.feeds) expect(paced.reads(feed.id).most, feed.id).toBe(1);
  });

  test('a reader backs off from a source that is down, and never gives up; a probe keeps its pace', async () => {
    await using paced = await pace(rig);
    paced.front.treat(treatOf('down'));
    paced.engine.start();
    await paced.pass(64 * everyMs);
    for (const feed of paced.feeds) {
      const { began } = paced.reads(feed.id);
      const pauses = began.slice(1).map((at, index) => at - (began[index] ?? 0));
      if (feed.probe === true) expect(Math.max(...pauses), feed.id).toBeLessThanOrEqual(everyMs + 250);
      else {
        expect(began.length, feed.id).toBeLessThanOrEqual(8);
        expect(pauses, 'each pause is longer than the one before').toEqual([...pauses].sort((a, b) => a - b));
      }
    }
    paced.front.treat(healthy);
    await paced.pass(64 * everyMs);
    for (const feed of paced.feeds)
      expect(paced.engine.facts.getState().feeds[feed.id]?.losses, feed.id).toBe(0);
  });

  test('a source that asks to be left alone is left alone for as long as it said', async () => {
    await using paced = await pace(rig);
    paced.front.treat(treatOf('throttled'));
    paced.engine.start();
    await paced.pass(everyMs);
    const asked = paced.front.asked();
    expect(asked).toBeGreaterThan(0);
    paced.engine.askNow();
    await paced.pass(retryAfterMs - 2 * everyMs);
    expect(paced.front.asked(), 'not even when somebody presses refresh').toBe(asked);
    paced.front.treat(healthy);
    await paced.pass(3 * everyMs);
    for (const feed of paced.feeds)
      expect(paced.reads(feed.id).began.length, feed.id).toBeGreaterThanOrEqual(2);
  });

  test('closing the environment ends every connection', async () => {
    const paced = await pace(rig);
    paced.front.treat(() => {});
    paced.engine.start();
    await paced.front.arrived(1);
    await paced.engine.close();
    await paced.front.drained();
    await paced[Symbol.asyncDispose]();
  });
};

for (const rig of rigs) describe(rig.type, () => suite(rig));
