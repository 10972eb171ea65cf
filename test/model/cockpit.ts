import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '../../src/domain/profile.ts';
import type { OpenedEnvironment } from '../../src/engine/cockpit/cockpit-parts.ts';
import { type CockpitController, createCockpitController } from '../../src/engine/cockpit/controller.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import type { LedgerEntry } from '../../src/persistence/ledger/ledger-record.ts';
import { createArming } from '../../src/runs/admission.ts';
import type { Executor, ExecutorParts } from '../../src/runs/door.ts';
import { createExecutor } from '../../src/runs/executor.ts';
import type { ChangeRequest } from '../../src/simulator/change-request-log.ts';
import { type CockpitStore, createCockpitStore } from '../../src/store/cockpit.ts';
import { settle } from '../../src/testing/manual-clock.ts';
import { type EmbeddedSimulator, embedSimulator } from './doors.ts';
import { createMoving } from './moving-clock.ts';
import { createOracle, type Oracle } from './oracle.ts';
import { modules } from './profile.ts';

/** A change as it arrived, with what was so in that very moment. */
export interface Arrived {
  readonly change: ChangeRequest;
  /** Entries that were on disk by then. */
  readonly written: number;
  /** Why the environment was armed, as the model knows it; undefined: it was not. */
  readonly armed: string | undefined;
}

/** A mistake built into the executor's surroundings, to see whether it is found. */
export type Mutation = (parts: ExecutorParts, make: (parts: ExecutorParts) => Executor) => Executor;

/** The cockpit on the embedded world, in this process, with everything that can go wrong at hand. */
export interface CockpitUnderTest {
  readonly controller: CockpitController;
  readonly cockpit: CockpitStore;
  readonly simulator: EmbeddedSimulator;
  readonly oracle: Oracle;
  readonly stateDir: string;
  /** What was acknowledged as written, in that order. */
  readonly written: readonly LedgerEntry[];
  readonly arrived: readonly Arrived[];
  diskFull: boolean;
  tampered: boolean;
  tamper(): void;
  wait(ms: number): Promise<void>;
  setWall(by: number): void;
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** Where fsync costs nothing, if there is such a place: a thousand of them are asked for. */
const scratch = (): string => {
  try {
    return mkdtempSync('/dev/shm/opsdeck-model-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'opsdeck-model-'));
  }
};

const startedAt = Date.parse('2026-03-04T10:15:07Z');
const full = (): never => {
  throw Object.assign(new Error('full'), { code: 'ENOSPC' });
};

export const openCockpitUnderTest = async (
  profiles: ReadonlyMap<string, Profile>,
  mutate: Mutation = (parts, make) => make(parts),
): Promise<CockpitUnderTest> => {
  const stateDir = scratch();
  let underWay = 0;
  const counted = async <T>(work: Promise<T>): Promise<T> => {
    underWay++;
    try {
      return await work;
    } finally {
      underWay--;
    }
  };
  const quiet = (): Promise<void> => settle(3, () => underWay > 0);
  const { clock, wait, setWall } = createMoving(startedAt, quiet);
  const oracle = createOracle(clock);
  const written: LedgerEntry[] = [];
  const arrived: Arrived[] = [];
  const simulator = embedSimulator(clock, (change) =>
    arrived.push({ change, written: written.length, armed: oracle.armed() }),
  );
  const cockpit = createCockpitStore();
  const file = await openLedger(stateDir, { before: () => (made.diskFull ? full() : undefined) });
  let runs = 0;

  const open = async (env: string): Promise<OpenedEnvironment> => {
    const profile = profiles.get(env);
    if (profile === undefined) throw new Error(`no profile of ${env}`);
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
        append: async (entry) => {
          await counted(file.append(entry));
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
    openIo: simulator.readIo,
    choose: async (name) => {
      const one = refs.find(({ env }) => env === name);
      return one === undefined ? { refused: [`no ${name}`] } : { one };
    },
    open: ({ env }) => open(env),
    switched: (opened) => oracle.opened(opened?.profile.env),
    save: async () => ({ why: 'not here' }),
    stateDir,
    quit: () => {},
  });
  const made: CockpitUnderTest = {
    controller,
    cockpit,
    simulator,
    oracle,
    stateDir,
    written,
    arrived,
    diskFull: false,
    tampered: false,
    tamper: () => {
      made.tampered = true;
      mkdirSync(stateDir, { recursive: true });
      writeFileSync(join(stateDir, 'audit.head'), 'somebody was here\n');
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
