import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../support/manual-clock.ts';
import { openToys, toy } from './toys.ts';

const tickMs = 250;
/** Time after which a feed that ignores its abort signal is given up. */
const graceMs = 250;

const anyFeed = fc.record({
  source: fc.constantFrom('a', 'b', 'c'),
  everyMs: fc.constantFrom(500, 1000, 2000, 5000),
  timeoutMs: fc.constantFrom(300, 1000, 3000),
  deaf: fc.boolean(),
  latencies: fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 8 }),
});

test('whatever the latencies: no feed overlaps itself, and each is read once per interval, timeout and tick', async () => {
  const run = fc.asyncProperty(
    // At most 4 per source, so that no feed has to wait for a slot.
    fc.array(anyFeed, { minLength: 1, maxLength: 4 }),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    async (expected, chance) => {
      const clock = manualClock(1_000_000);
      const toys = expected.map(({ source, latencies, ...options }, n) =>
        toy(clock, `${source}/feed${n}`, {
          ...options,
          // A probe does not back off: only the interval is measured here.
          probe: true,
          latencyMs: (nth) => {
            const latency = latencies[nth % latencies.length] ?? 0;
            // A feed that ignores its deadline is not read again before its read has ended, however late.
            return options.deaf ? Math.min(latency, options.timeoutMs + graceMs) : latency;
          },
        }),
      );
      const sources = Object.groupBy(toys, (currentToy) => currentToy.feed.source);
      const engine = await openToys(
        clock,
        Object.fromEntries(Object.entries(sources).map(([id, some = []]) => [id, some.map((t) => t.feed)])),
        { random: () => chance },
      );
      engine.start();
      await clock.advance(20_000);
      const end = clock.now();
      const closing = engine.close();
      await clock.advance(graceMs);
      await closing;
      for (const [n, { feed, began, mostAtOnce }] of toys.entries()) {
        expect(mostAtOnce).toBe(1);
        const grace = expected[n]?.deaf === true ? graceMs : 0;
        const longest = feed.everyMs + feed.timeoutMs + grace + tickMs;
        const gaps = began.map((time, nth) => (began[nth + 1] ?? end) - time);
        expect(Math.max(...gaps)).toBeLessThanOrEqual(longest);
      }
    },
  );
  await fc.assert(run, { numRuns: 40 });
});
