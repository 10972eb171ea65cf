import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { createContext, machinePlatform, type ProcessPlatform } from '../../src/cli/command/context.ts';
import { addGlobalOptions, globalOptionsOf } from '../../src/cli/command/global-options.ts';
import { searchProfilesUnambiguous } from '../../src/cli/opening/choose-profile.ts';
import { openEnvironment } from '../../src/cli/opening/open-environment.ts';
import { createSimulatorRegistry } from '../../src/cli/opening/simulator-registry.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import type { Millis } from '../../src/domain/base/fault.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { createLogSession } from '../../src/logs/following/log-session.ts';
import type { LogsState } from '../../src/logs/ring/logs-state.ts';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { file } from '../../src/sources/file/index.ts';
import { writeLog } from './support/log-writer.ts';
import { startSeparateSimulator } from './support/separate-simulator.ts';
import {
  collectedHeapBytes,
  collectRejections,
  createPollMeter,
  livingSignals,
} from './support/soak-meters.ts';
import type { SoakReport, SoakSample } from './support/soak-report.ts';

/** Set by `npm run soak -- --minutes N`. */
const { SOAK_MINUTES = '60', SOAK_RESULTS } = process.env;

const system = 'demo';
const env = 'production';
const linesPerSecond = 10_000;
/** About 30 MB; a rotation every 30 s. */
const linesPerFile = 300_000;
/** A sample stops the event loop: 60 of them, so that they do not delay polls themselves. */
const sampleMs: Millis = Math.max(5000, Number(SOAK_MINUTES) * 1000);
const hourMs: Millis = 3_600_000;
/** The time in which caches are filled, code is compiled, and the log ring becomes full. */
const settlesMs: Millis = 60_000;
/** An incident begins every minute, and this much later a runbook is started. */
const [incidentMs, symptomMs]: readonly [Millis, Millis] = [60_000, 10_000];

/** A stream of a command that keeps its last output, for a run that did not recover. */
const shortOutput = () => {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      text = `${text}${chunk.toString()}`.slice(-2000);
      done();
    },
  });
  // The properties of a terminal stream that commands use.
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
};

test('polls, follows a log and resolves incidents on the real clock', { timeout: 24 * hourMs }, async () => {
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'opsdeck-soak-'));
  stack.defer(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const machine = machinePlatform();
  const { clock } = machine;
  const { simulator, runs: simulatorRuns } = await startSeparateSimulator(system);
  stack.defer(() => simulator.close());
  /** The same simulator for the cockpit and for each run: a command closes its own. */
  const lent: RunningSimulator = Object.create(simulator, { close: { value: async () => {} } });
  const processEnv = { HOME: home, PATH: process.env.PATH ?? '', XDG_STATE_HOME: join(home, 'state') };
  const platform: ProcessPlatform = { ...machine, processEnv, startSimulator: async () => lent };

  const program = new Command();
  addGlobalOptions(program);
  const stateDir = join(home, 'state', 'opsdeck');
  const global = ['--env', `${system}/${env}`, '--rehearse', '--state-dir', stateDir];
  program.parse(global, { from: 'user' });
  const meter = createPollMeter(() => ('engine' in opened ? opened.engine.feeds : []));
  const context = createContext(globalOptionsOf(program, {}), platform, () => {}, {
    emit: (event) => meter.see(event, clock.now()),
    learn: () => {},
    close: async () => {},
  });
  const profiles = await searchProfilesUnambiguous(context);
  const chosen = profiles.choose(`${system}/${env}`);
  if (chosen.is !== 'one') throw new Error(chosen.message);
  const opened = await openEnvironment(context, chosen.entry, {
    memory: true,
    readsHistory: true,
    simulators: createSimulatorRegistry(context),
    catalogue: profiles.catalogue,
  });
  if ('refused' in opened) throw new Error(opened.refused.join('\n'));
  const { engine, state } = opened;

  const logPath = join(home, 'orders.log');
  const log = writeLog(logPath, linesPerSecond, linesPerFile);
  const source = await file.open(
    { id: 'orders', env, config: file.config.parse({ paths: [logPath] }), signals: [] },
    openReadIo(clock),
  );
  let shown: LogsState | undefined;
  const logs = createLogSession({
    clock,
    chance: context.random,
    settings: () => ({ keep: { lines: 200_000, bytes: 32 * 1024 * 1024 }, levels: {}, zone: 'utc' }),
    sources: () => new Map([[source.id, source]]),
    publish: (now) => {
      shown = now;
    },
    showMessage: () => {},
  });
  logs.setFilters([{ is: 'include', pattern: { text: 'ERROR', regex: false, ignoreCase: false } }]);
  logs.open({ title: source.id, of: [] });

  const { rejections, stop } = collectRejections();
  engine.start();
  const begin = clock.now();
  const end = begin + Number(SOAK_MINUTES) * 60_000;
  const samples: SoakSample[] = [];
  let incidents = 0;
  let runs = 0;
  let recovered = 0;

  /** An incident in each minute, and the runbook that resolves it, from the command line to its verification. */
  const resolveIncidents = async (): Promise<void> => {
    for (let next = begin; next + incidentMs <= end; next += incidentMs) {
      await sleep(Math.max(0, next - clock.now()));
      simulator.rehearse('dependency-down', env);
      incidents += 1;
      await sleep(symptomMs);
      const stdout = shortOutput();
      const stderr = shortOutput();
      const args = ['run', 'restore-broker', '--arm', 'SOAK-1', '--confirm', 'broker', ...global];
      const never = new AbortController().signal;
      const code = await runCommandLine(args, {
        openCockpit: () => Promise.reject(new Error('a command has no terminal')),
        host: { platform, streams: { stdout: stdout.stream, stderr: stderr.stream }, stop: never },
      });
      runs += 1;
      if (code === 0) recovered += 1;
      else console.error(`run ${runs} ended with exit code ${code}:\n${stdout.text()}${stderr.text()}`);
      simulator.rehearse(undefined);
    }
  };
  const takeSamples = async (): Promise<void> => {
    while (clock.now() < end) {
      await sleep(sampleMs);
      engine.snapshot();
      samples.push({
        hours: (clock.now() - begin) / hourMs,
        heapBytes: await collectedHeapBytes(),
        signals: livingSignals(),
        handles: process.getActiveResourcesInfo().length,
      });
    }
  };
  await Promise.all([resolveIncidents(), takeSamples()]);
  expect(simulatorRuns(), 'the process of the simulator ended').toBe(true);

  const counts = meter.counts(clock.now());
  const linesWritten = log.written();
  const linesRead = shown?.streams.reduce((sum, { lines }) => sum + lines, 0) ?? 0;
  log.stop();
  await logs.end();
  await source.close();
  await engine.close();
  await state.close();
  stop();
  const report: SoakReport = {
    env: `${system}/${env}`,
    settledHours: settlesMs / hourMs,
    heapSettledHours: settlesMs / hourMs,
    samples,
    incidents,
    realSeconds: (clock.now() - begin) / 1000,
    ...counts,
    rejections,
    runs,
    recovered,
    linesWritten,
    linesRead,
  };
  if (SOAK_RESULTS !== undefined) writeFileSync(SOAK_RESULTS, JSON.stringify(report));
  expect(report).toMatchObject({ missed: [], rejections: [] });
});
