import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Platform } from '../../src/cli/context.ts';
import { runProgram } from '../../src/cli/program.ts';
import type { Millis } from '../../src/domain/fault.ts';
import { openChangeIo } from '../../src/io/change-io.ts';
import type { SystemClock } from '../../src/io/clock.ts';
import type { Destination, Dial } from '../../src/io/dial.ts';
import { openReadIo, type ReadIoOptions } from '../../src/io/read-io.ts';
import { wireError } from '../../src/io/wire-error.ts';
import { connectInMemory } from '../../src/world/loopback.ts';
import { startWorld } from '../../src/world/start.ts';
import type { World } from '../../src/world/world.ts';
import { createActivity } from './activity.ts';
import { createSteppingClock } from './clock.ts';
import { createFileTimes } from './file-times.ts';
import { simulatedPrograms } from './programs.ts';

/** How a command of a simulation ended, and all that it wrote. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * opsdeck and the systems that it looks at, in this process, on one clock that moves from timer to timer as soon as nothing
 * is under way. Connections are in memory, programs of the simulated systems are functions, chance has a seed: ten minutes
 * take well under a second, and the same seed gives the same run.
 */
export interface Simulation extends AsyncDisposable {
  readonly platform: Platform;
  readonly clock: SystemClock;
  readonly home: string;
  readonly stateDir: string;
  readonly worlds: readonly World[];
  /** Runs one command line to its end. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Lets simulated time pass until the work has settled, and gives its outcome. */
  until<T>(work: Promise<T>): Promise<T>;
  /** Lets so much simulated time pass. */
  wait(ms: Millis): Promise<void>;
  /** Moves to the next timer, once nothing is under way. */
  step(): Promise<void>;
  /** Resolves when nothing is under way; time stands still. */
  quiet(): Promise<void>;
}

export interface SimulationOptions {
  /** When it begins; default a Wednesday morning. */
  readonly start?: Millis;
  readonly seed?: number;
}

/** When a simulation begins: a Wednesday. */
export const morning = Date.parse('2026-03-04T10:15:07Z');

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Where fsync costs nothing, if there is such a place. */
const scratch = (): string => {
  try {
    return mkdtempSync('/dev/shm/opsdeck-simulation-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'opsdeck-simulation-'));
  }
};

/** A stream that keeps what is written to it. */
const kept = (): { readonly stream: NodeJS.WriteStream; text(): string } => {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      done();
    },
  });
  // What commands use of a terminal's stream is there.
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
};

const dialInMemory: Dial = Object.assign(
  async ({ port }: Destination) => {
    try {
      return connectInMemory(port);
    } catch (error) {
      throw wireError(error) ?? error;
    }
  },
  { isStraight: true } as const,
);

/** Opens a simulation; nothing in it has happened yet. */
export const openSimulation = ({ start = morning, seed = 1 }: SimulationOptions = {}): Simulation => {
  const home = scratch();
  const stateDir = join(home, 'state', 'opsdeck');
  const activity = createActivity();
  const stepping = createSteppingClock(start);
  const fileTimes = createFileTimes(stepping);
  const clock: SystemClock = stepping;
  const worldClock: SystemClock = {
    ...stepping,
    sleep: (ms, signal) => activity.delayed(stepping.sleep(ms, signal)),
  };
  const worlds: World[] = [];
  const programs = simulatedPrograms(
    clock,
    (call) => {
      for (const world of worlds) {
        const found = world.program(call);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    activity,
  );
  const through = (way: ReadIoOptions = {}): ReadIoOptions => ({ dial: dialInMemory, programs, ...way });
  const environment = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
  };
  const platform: Platform = {
    clock,
    random: seeded(seed),
    openIo: (way) => {
      const io = openReadIo(clock, through(way));
      const files = (inner: typeof io.files) => activity.counting('files', fileTimes.simulated(inner));
      return activity.counting('read', {
        ...io,
        files: files(io.files),
        filesAt: (end: string) => files(io.filesAt(end)),
        disk: activity.counting('disk', fileTimes.simulated(io.disk)),
        logFiles: activity.counting('log files', fileTimes.simulated(io.logFiles)),
        kafka: (target: Parameters<typeof io.kafka>[0]) => activity.counting('kafka', io.kafka(target)),
      });
    },
    openChangeIo: (way) => {
      const io = openChangeIo(clock, through(way));
      return activity.counting('change', {
        ...io,
        draft: async (...args: Parameters<typeof io.draft>) =>
          activity.counting('draft', await io.draft(...args)),
      });
    },
    startWorld: async (system, options) => {
      const world = await activity.during(
        `simulator of ${system}`,
        startWorld(system, { ...options, clock: worldClock, seed }),
      );
      worlds.push(world);
      return world;
    },
    processEnv: environment,
    get startedAt() {
      return clock.now();
    },
  };

  const step = async (): Promise<void> => {
    await activity.quiet();
    fileTimes.note();
    const due = stepping.nextDue();
    if (due !== undefined) stepping.moveTo(due);
  };
  const until: Simulation['until'] = async (work) => {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    for (;;) {
      await activity.quiet();
      if (isOver) return work;
      await step();
    }
  };

  return {
    platform,
    clock,
    home,
    stateDir,
    worlds,
    until,
    step,
    quiet: () => activity.quiet(),
    wait: async (ms) => {
      const end = clock.now() + ms;
      for (;;) {
        await activity.quiet();
        const due = stepping.nextDue();
        if (due === undefined || due > end) break;
        await step();
      }
      stepping.moveTo(end);
      await activity.quiet();
    },
    run: async (args, env = {}) => {
      const [stdout, stderr] = [kept(), kept()];
      const stop = new AbortController();
      const code = await until(
        runProgram(args, {
          openCockpit: () => Promise.reject(new Error('a simulated command has no terminal')),
          host: {
            platform: { ...platform, processEnv: { ...environment, ...env } },
            streams: { stdout: stdout.stream, stderr: stderr.stream },
            stop: stop.signal,
          },
        }),
      );
      return { code, stdout: stdout.text(), stderr: stderr.text() };
    },
    [Symbol.asyncDispose]: async () => {
      await until(Promise.all(worlds.map((world) => world.close())));
      activity.close();
      // What a canceled command still writes may come in between.
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
