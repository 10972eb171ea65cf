import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '../../src/domain/profile/profile.ts';
import { type CockpitController, createCockpitController } from '../../src/engine/cockpit/controller.ts';
import type { OpenedEnvironment } from '../../src/engine/cockpit/environment/cockpit-parts.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import type { LedgerEntry } from '../../src/persistence/ledger/ledger-record.ts';
import { localState } from '../../src/persistence/state-store.ts';
import { createArming } from '../../src/runs/context/arming.ts';
import type { Executor, ExecutorParts } from '../../src/runs/context/executor-api.ts';
import { createExecutor } from '../../src/runs/executor.ts';
import type { ChangeRequest } from '../../src/simulator/servers/http/change-request-log.ts';
import { type CockpitStore, createCockpitStore } from '../../src/store/cockpit.ts';
import { settle } from '../../src/testing/manual-clock.ts';
import { type EmbeddedSimulator, embedSimulator } from './embedded-simulator.ts';
import { createMovingClock } from './moving-clock.ts';
import { createOracle, type Oracle } from './oracle.ts';
import { modules } from './profile.ts';

/** A change with the state at the time when it was received. */
export interface ReceivedChange {
  readonly change: ChangeRequest;
  /** Number of ledger entries that were on disk. */
  readonly written: number;
  /** Reason for which the environment was armed, by the oracle; undefined: read-only. */
  readonly armed: string | undefined;
}

/** A bug injected into the parts of the executor. The model has to detect it. */
export type Mutation = (parts: ExecutorParts, make: (parts: ExecutorParts) => Executor) => Executor;

/** The cockpit on the embedded simulator, in this process, with controls for every failure. */
export interface CockpitUnderTest {
  readonly controller: CockpitController;
  readonly cockpit: CockpitStore;
  readonly simulator: EmbeddedSimulator;
  readonly oracle: Oracle;
  readonly stateDir: string;
  /** Acknowledged ledger entries, in order. */
  readonly written: readonly LedgerEntry[];
  readonly received: readonly ReceivedChange[];
  diskFull: boolean;
  tampered: boolean;
  tamper(): void;
  wait(ms: number): Promise<void>;
  setWall(by: number): void;
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Creates the state directory in memory if possible: the model calls fsync thousands of times. */
const createStateDir = (): string => {
  try {
    return mkdtempSync('/dev/shm/opsdeck-model-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'opsdeck-model-'));
  }
};

const startedAt = Date.parse('2026-03-04T10:15:07Z');
const failDiskFull = (): never => {
  throw Object.assign(new Error('full'), { code: 'ENOSPC' });
};

export const openCockpitUnderTest = async (
  profiles: ReadonlyMap<string, Profile>,
  mutate: Mutation = (parts, make) => make(parts),
): Promise<CockpitUnderTest> => {
  const stateDir = createStateDir();
  let pending = 0;
  const trackPending = async <T>(work: Promise<T>): Promise<T> => {
    pending++;
    try {
      return await work;
    } finally {
      pending--;
    }
  };
  const quiet = (): Promise<void> => settle(3, () => pending > 0);
  const { clock, wait, setWall } = createMovingClock(startedAt, quiet);
  const oracle = createOracle(clock);
  const written: LedgerEntry[] = [];
  const received: ReceivedChange[] = [];
  const simulator = embedSimulator(clock, (change) =>
    received.push({ change, written: written.length, armed: oracle.armed() }),
  );
  const cockpit = createCockpitStore();
  const file = await openLedger(stateDir, { before: () => (made.diskFull ? failDiskFull() : undefined) });
  let runs = 0;

  const open = async (env: string): Promise<OpenedEnvironment> => {
    const profile = profiles.get(env);
    if (profile === undefined) throw new Error(`no profile for ${env}`);
    const engine = await openEngine(profile, {
      modules,
      clock,
      random: () => 0,
      memory: false,
      paused: true,
      openIo: simulator.readIo,
    });
    const arming = createArming(profile.guard, profile.tier, clock);
    const parts: ExecutorParts = {
      engine,
      change: simulator.change,
      ledger: {
        path: file.path,
        append: async (entry, ...more) => {
          await trackPending(file.append(entry, ...more));
          written.push(entry);
        },
      },
      arming,
      clock,
      who: { user: 'ana', host: 'vm-1', pid: 4711 },
      newId: () => `run-${++runs}`,
      mask: (text) => text,
      modules,
    };
    const executor = mutate(parts, createExecutor);
    return { profile, engine, executor, arming, openAcross: async () => [], close: () => engine.close() };
  };

  const refs = [...profiles.values()].map(({ system, env, title, tier }) => ({ system, env, title, tier }));
  const controller = createCockpitController({
    cockpit,
    clock,
    isNotifying: () => true,
    openIo: simulator.readIo,
    choose: async (name) => {
      const ref = refs.find(({ env }) => env === name);
      return ref === undefined ? { refused: [`no ${name}`] } : { one: ref };
    },
    open: ({ env }) => open(env),
    switched: (opened) => oracle.opened(opened?.profile.env),
    save: async () => ({ why: 'not supported' }),
    state: localState(stateDir, (text) => text),
    quit: () => {},
  });
  const made: CockpitUnderTest = {
    controller,
    cockpit,
    simulator,
    oracle,
    stateDir,
    written,
    received,
    diskFull: false,
    tampered: false,
    tamper: () => {
      made.tampered = true;
      mkdirSync(stateDir, { recursive: true });
      writeFileSync(join(stateDir, 'audit.head'), 'tampered\n');
    },
    wait,
    setWall,
    quiet,
    close: async () => {
      made.diskFull = false;
      const closed = controller.close();
      await quiet();
      await wait(60_000);
      await closed;
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
  await controller.first('dev');
  await quiet();
  return made;
};
