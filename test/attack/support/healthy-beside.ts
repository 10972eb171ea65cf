import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Profile, SourceEntry } from '../../../src/domain/profile/profile.ts';
import { openEngine } from '../../../src/engine/engine.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { chance } from '../../../src/platform/runtime/random.ts';
import { longestTurnOf } from '../../real/chaos/turn-meter.ts';
import { sourceModules } from '../../support/source-modules.ts';
import { startHostileServer } from '../../support/start-hostile.ts';

/** The entry of a source in a profile. */
export const sourceEntry = (id: string, type: string, config: unknown): SourceEntry => ({
  id,
  type,
  config: sourceModules.find((sourceModule) => sourceModule.type === type)?.config.parse(config),
  position: { file: 'test.yaml', line: 1, col: 1 },
});

const httpEntry = (id: string, url: string): SourceEntry =>
  sourceEntry(id, 'http', { url, every: '500ms', timeout: '2s', checks: [{ service: id, path: '/' }] });

const profileWith = (sources: readonly SourceEntry[]): Profile => ({
  system: 'shop',
  env: 'dev',
  title: 'Shop',
  tier: 'dev',
  file: 'test.yaml',
  across: [],
  sources,
  signals: [],
  limits: {},
  logViews: [],
  runbooks: [],
  contacts: [],
  links: [],
  guard: { readOnly: false, armMs: 0, cancelWindowMs: 5000, typed: 'destructive' },
});

/** Time that nine of ten readings stay below, in ms. */
const usualMs = 250;
/** The longest turn of the event loop, in ms of a fast processor: the client of each source is loaded in one. */
const longestTurnMs = 400;

/** Reads a healthy source beside hostile ones for a while, and expects that every reading is up. Returns how long each took, in ms. */
const readBeside = async (hostile: readonly SourceEntry[]): Promise<readonly number[]> => {
  await using honest = await startHostileServer();
  const engine = await openEngine(profileWith([httpEntry('healthy', `${honest.url}/healthy`), ...hostile]), {
    ...{ modules: sourceModules, clock: systemClock(), random: chance, memory: true },
  });
  const seen: { readonly status: string; readonly latencyMs: number | undefined }[] = [];
  const stop = engine.facts.subscribe(({ feeds }) => {
    for (const { feed, known } of Object.values(feeds))
      for (const item of known?.items ?? [])
        if (feed.source === 'healthy' && 'status' in item && 'latencyMs' in item)
          seen.push({ status: String(item.status), latencyMs: item.latencyMs });
  });
  engine.start();
  await sleep(4000);
  // A busy machine reads less often; what counts is how each reading went.
  while (seen.length <= 8) await sleep(100);
  stop();
  await engine.close();
  expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(['up']));
  return seen.map(({ latencyMs = Number.NaN }) => latencyMs);
};

/**
 * Expects that every reading of a healthy source beside hostile ones is up, and that they are not slow. One of ten may wait for the machine,
 * but no turn of the event loop may take long, which is measured in processor time: a full collection of the heap that the attacks before
 * left is part of one turn, and does not come in every measure.
 */
export const expectHealthyBeside = async (hostile: readonly SourceEntry[]): Promise<void> => {
  const longest = await longestTurnOf(async () => {
    const latencies = (await readBeside(hostile)).toSorted((a, b) => a - b);
    expect(latencies[Math.floor(0.9 * (latencies.length - 1))]).toBeLessThan(usualMs);
  }, longestTurnMs);
  expect(longest).toBeLessThan(longestTurnMs);
};
