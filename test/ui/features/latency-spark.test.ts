import { expect, test } from 'vitest';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { shopCockpit } from '../../screens/support/shop.ts';
import { openCockpit } from '../../screens/support/user.ts';
import { feedInfo, frame, health, learn, noon } from '../../support/made-facts.ts';

const feed = { ...feedInfo('web/health', 'health'), staleMs: 60_000 };

const open = async (
  latencies: readonly (readonly [fast: number, slow: number])[],
  size: readonly [number, number],
) => {
  const facts = createFactsStore(frame());
  const start = noon - 5_000 * latencies.length;
  for (const [index, [fast, slow]] of latencies.entries()) {
    const at = start + 5_000 * (index + 1);
    const items = [health('fast', { latencyMs: fast, at }), health('slow', { latencyMs: slow, at })];
    learn(facts, feed, { items }, at);
  }
  return openCockpit({ size, scene: { facts, cockpit: shopCockpit } });
};

const steady = Array.from({ length: 12 }, () => [20, 200] as const);
const spark = /[▁▂▃▄▅▆▇]+/u;

test('the latencies of the last minute are a line on one scale: a slow service is high, a fast one is low', async () => {
  const user = await open(steady, [120, 36]);
  expect(user.rowWith(' LATENCY')).toMatch(/LATENCY +LAST 1M/);
  expect(spark.exec(user.rowWith(' fast '))?.[0]).toMatch(/^▁+$/u);
  expect(spark.exec(user.rowWith(' slow '))?.[0]).toMatch(/^▇+$/u);
});

test('a check without a latency has no line, and a service that is gone leaves none behind', () => {
  const facts = createFactsStore(frame());
  learn(
    facts,
    feed,
    { items: [health('api', { latencyMs: 20, at: noon }), health('db', { at: noon })] },
    noon,
  );
  expect(Object.values(facts.getState().latencies)).toHaveLength(1);
  learn(facts, feed, { items: [health('db', { at: noon + 1000 })] }, noon + 1000);
  expect(facts.getState().latencies).toEqual({});
});
