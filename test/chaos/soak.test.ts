import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Millis } from '../../src/domain/base/fault.ts';
import { openEngine } from '../../src/engine/engine.ts';
import {
  collectedHeapBytes,
  collectRejections,
  createPollMeter,
  historySizes,
  livingSignals,
} from './support/soak-meters.ts';
import type { SoakReport, SoakSample } from './support/soak-report.ts';
import { openFaultyEnvironment } from './support/targets.ts';

/** Set by `npm run soak`. */
const { SOAK_ENV = 'demo/production', SOAK_HOURS = '72', SOAK_SECONDS = '900', SOAK_RESULTS } = process.env;

const minuteMs: Millis = 60_000;
const hourMs: Millis = 60 * minuteMs;
/** Counting the signals takes more than a second of real time. */
const minutesPerSample = Number(SOAK_HOURS) >= 24 ? 30 : 10;
/**
 * Until then the simulator fills: it keeps metrics of pods that were replaced for a day, and removes them every hour; the
 * last of its logs have 8,000 lines after 22 h.
 */
const fullSimulatorHours = 26;
/**
 * A soak that ends before: its busy logs are full, and the rest of the simulator grows by at most this much, as heap snapshots
 * have shown. The pods of event-bus are replaced three times as often as those of the demo, and have more metrics.
 */
const busyLogsFullHours = 3;
const fillingBytesPerHour = (SOAK_ENV.startsWith('event-bus/') ? 1.2 : 0.6) * 1024 * 1024;
const isLong = Number(SOAK_HOURS) >= fullSimulatorHours + 4;

test('polls for days of simulated time', { timeout: 24 * 3_600_000 }, async () => {
  await using faultyEnvironment = await openFaultyEnvironment(SOAK_ENV, 1);
  const { simulation, context, profile, modules, network } = faultyEnvironment;
  const { clock } = simulation;
  const [simulator] = simulation.simulators;
  if (simulator === undefined) throw new Error(`${SOAK_ENV} has no simulator`);
  const { rejections, stop } = collectRejections();
  const meter = createPollMeter(() => engine.feeds);
  const engine = await simulation.until(
    openEngine(profile, {
      modules,
      clock,
      random: context.random,
      memory: true,
      readsHistory: true,
      openIo: (_, way) => context.openIo(way),
      trace: (event) => meter.see(event, clock.now()),
    }),
  );
  engine.start();
  const begin = clock.now();
  const realBegin = performance.now();
  const samples: SoakSample[] = [];
  let incidents = 0;
  for (let minute = 1; minute <= Number(SOAK_HOURS) * 60; minute += 1) {
    // Each incident in turn, for half a minute; then it is over.
    simulator.rehearse(simulator.incidents[minute % simulator.incidents.length], SOAK_ENV.split('/')[1]);
    incidents += 1;
    await simulation.wait(minuteMs / 2);
    engine.snapshot();
    simulator.rehearse(undefined);
    await simulation.wait(minuteMs / 2);
    engine.snapshot();
    if (minute % minutesPerSample === 0)
      samples.push({
        hours: (clock.now() - begin) / hourMs,
        heapBytes: await collectedHeapBytes(),
        ...historySizes(engine.facts.getState()),
        signals: livingSignals(),
        handles: process.getActiveResourcesInfo().length,
        connections: network.open(),
        timers: simulation.timers(),
      });
    if (performance.now() - realBegin > Number(SOAK_SECONDS) * 1000) break;
  }
  const counts = meter.counts(clock.now());
  await simulation.until(engine.close());
  stop();
  const report: SoakReport = {
    env: SOAK_ENV,
    settledHours: 1,
    heapSettledHours: isLong ? fullSimulatorHours : busyLogsFullHours,
    ...(isLong ? {} : { fillingBytesPerHour }),
    samples,
    incidents,
    realSeconds: (performance.now() - realBegin) / 1000,
    ...counts,
    rejections,
    connectionsAtEnd: network.open(),
  };
  if (SOAK_RESULTS !== undefined) writeFileSync(SOAK_RESULTS, JSON.stringify(report));
  expect(report).toMatchObject({ missed: [], rejections: [], connectionsAtEnd: 0 });
});
