import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { ProcessPlatform } from '../../src/cli/command/context.ts';
import { runCommandLine } from '../../src/cli/program.ts';
import type { Millis } from '../../src/domain/base/fault.ts';
import { openChangeIo } from '../../src/doors/change-io.ts';
import type { ReadIoOptions } from '../../src/doors/io.ts';
import { openReadIo } from '../../src/doors/read-io.ts';
import { openAuditForwarder } from '../../src/persistence/ledger/audit-forwarder.ts';
import { importFile } from '../../src/platform/files/package-files.ts';
import type { Destination, Dial } from '../../src/platform/network/dial.ts';
import { execText } from '../../src/platform/processes/exec-text.ts';
import type { Clock, SystemClock } from '../../src/platform/runtime/clock.ts';
import { toWireError } from '../../src/platform/runtime/wire-error.ts';
import { connectInMemory } from '../../src/simulator/servers/http/loopback.ts';
import type { ProgramCall, SimulatedProgram } from '../../src/simulator/servers/http/programs.ts';
import type { ModeledSimulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { simulatedEnvironments } from '../../src/simulator/systems.ts';
import { createActivity } from './activity.ts';
import { createSteppingClock } from './clock.ts';
import { type Switch, switched, type Way } from './divert.ts';
import { createFileTimes } from './file-times.ts';
import { simulatedPrograms } from './programs.ts';
import { stateTransport } from './state-transport.ts';
import { pair, type Twin } from './twin.ts';

/** Exit code, duration and output of a command in a simulation. */
export interface Ended {
  readonly code: number;
  /** Duration in simulated time. */
  readonly tookMs: Millis;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface RunningCommand {
  /** Output so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Interrupts the command like SIGINT. */
  interrupt(): void;
  /** Advances simulated time until stdout matches; rejects if the command exits first. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Advances simulated time until the command exits. */
  ended(): Promise<Ended>;
}

/**
 * opsdeck and simulated systems in this process, on one clock that advances from timer to timer as soon as all work is
 * done. Connections are in memory, programs of the simulated systems are functions, randomness has a seed: ten minutes
 * take well under a second, and the same seed produces the same run.
 */
export interface Simulation extends AsyncDisposable {
  readonly platform: ProcessPlatform;
  readonly clock: SystemClock;
  readonly home: string;
  readonly stateDir: string;
  readonly simulators: readonly ModeledSimulator[];
  /** Starts a command line, which runs as simulated time advances. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCommand;
  /** Runs a command line until it exits. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Advances simulated time until the work has settled, and returns its outcome. */
  until<T>(work: Promise<T>): Promise<T>;
  /** Advances simulated time. */
  wait(ms: Millis): Promise<void>;
  /** Advances to the next timer once all work is done. */
  step(): Promise<void>;
  /** The clock for servers of the test: simulated time advances while a client waits for their responses. */
  readonly serverClock: Clock;
  /** Leaves a request to a server of the test unanswered: simulated time advances while its client waits. */
  leaveUnanswered(response: ServerResponse): void;
  /** Resolves when all work is done; time does not advance. */
  quiet(): Promise<void>;
  /** Number of timers that are set. */
  timers(): number;
}

/** Routes each call of opsdeck to the system or to its twin. */
export interface Saboteur {
  readonly reads: Switch;
  readonly changes: Switch;
  /** Also starts a stand-in of every system: another one of its kind, without the incident, for reads. */
  readonly hasStandIn?: true;
  /** Called once a system has been started. */
  prepared?(): void;
}

export interface SimulationOptions {
  /** Start time; default: a Wednesday morning. */
  readonly start?: Millis;
  readonly seed?: number;
  /** Environment variables in addition to those of the home directory. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Starts a twin of every system, which receives only the calls routed to it: a change sent to the twin gets a
   * successful response, and the system remains unchanged.
   */
  readonly saboteur?: Saboteur;
  /** Changes connections and programs on their way. */
  readonly network?: NetworkFaults;
}

/** Faults between opsdeck and the simulated systems. */
interface NetworkFaults {
  dial(straight: Dial): Dial;
  program(found: SimulatedProgram): SimulatedProgram;
  /** True while calls may wait for bytes that do not arrive: simulated time advances nevertheless. */
  isStalling(): boolean;
}

/** Default start time of a simulation: a Wednesday. */
export const morning = Date.parse('2026-03-04T10:15:07Z');

/** Timeout, in real time, of a wait without any timer. */
const idleMs: Millis = 5000;

/** Returns a seeded generator of numbers in [0, 1) (mulberry32). */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A directory in memory, where fsync is free, if the machine has one. */
const scratch = (): string => {
  try {
    return mkdtempSync('/dev/shm/opsdeck-simulation-');
  } catch {
    return mkdtempSync(join(tmpdir(), 'opsdeck-simulation-'));
  }
};

/** A writable stream that stores its output. */
const kept = (): { readonly stream: NodeJS.WriteStream; text(): string } => {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      done();
    },
  });
  // The properties of a terminal stream that commands use.
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => text };
};

const dialInMemory: Dial = Object.assign(
  async ({ port }: Destination) => {
    try {
      return connectInMemory(port);
    } catch (error) {
      throw toWireError(error) ?? error;
    }
  },
  { isStraight: true } as const,
);

/** Opens a simulation at its start time. */
export const openSimulation = ({
  start: begin = morning,
  seed = 1,
  saboteur,
  network,
  env: more = {},
}: SimulationOptions = {}): Simulation => {
  const twins: Twin[] = [];
  const standIns: Twin[] = [];
  const home = scratch();
  const stateDir = join(home, 'state', 'opsdeck');
  const activity = createActivity(network?.isStalling);
  const stepping = createSteppingClock(begin);
  const fileTimes = createFileTimes(stepping);
  const clock: SystemClock = stepping;
  const serverClock: SystemClock = {
    ...stepping,
    sleep: (ms, signal) => activity.delayed(stepping.sleep(ms, signal)),
  };
  const simulators: ModeledSimulator[] = [];
  /** opsdeck started by a runbook: another command in this process. */
  const ownProgram = ({ argv, env }: ProgramCall): SimulatedProgram => ({
    run: async ({ out, err, signal }) => {
      const stdout = kept();
      const stderr = kept();
      const code = await runCommandLine(argv.slice(1), {
        openCockpit: () => Promise.reject(new Error('a simulated command has no terminal')),
        host: {
          platform: { ...platform, processEnv: { ...environment, ...env } },
          streams: { stdout: stdout.stream, stderr: stderr.stream },
          stop: signal,
        },
      });
      out(stdout.text());
      err(stderr.text());
      return code;
    },
  });
  const programs = simulatedPrograms(
    clock,
    (call) => {
      if (call.argv[0]?.endsWith('/bin/opsdeck.js') === true) return ownProgram(call);
      for (const simulator of simulators) {
        const found = simulator.program(call);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    activity,
    undefined,
    network?.program,
  );
  const dial = network?.dial(dialInMemory) ?? dialInMemory;
  const through = (way: ReadIoOptions = {}): ReadIoOptions => ({ dial, programs, ...way });
  /** The way to other instances of the systems: twins, or stand-ins. */
  const wayTo = (others: readonly Twin[]) => {
    const programs = simulatedPrograms(
      clock,
      (call) => {
        for (const twin of others) {
          const found = twin.simulator.program(twin.callOf(call));
          if (found !== undefined) return found;
        }
        return undefined;
      },
      activity,
      (call) => others.reduce((moved, twin) => twin.callOf(moved), call),
    );
    const dial: Dial = Object.assign(
      (to: Destination, signal: AbortSignal) => {
        const port = others.map((twin) => twin.portOf(to.port)).find((found) => found !== undefined);
        return dialInMemory({ ...to, port: port ?? to.port }, signal);
      },
      { isStraight: true } as const,
    );
    /** Number of tunnels that are being opened: their transport goes the same way. */
    let tunnels = 0;
    const tunnelled =
      (dial: Dial): Dial =>
      async (to, signal) => {
        tunnels += 1;
        try {
          return await dial(to, signal);
        } finally {
          tunnels -= 1;
        }
      };
    return {
      io: (way: ReadIoOptions = {}): ReadIoOptions => ({
        ...way,
        dial: way.dial === undefined ? dial : tunnelled(way.dial),
        programs,
      }),
      isOpening: (): boolean => tunnels > 0,
    };
  };
  const twinWay = wayTo(twins);
  const standInWay = wayTo(standIns);
  const wayOfRead = ({ reads }: Saboteur, call: string): Way => {
    if (call !== 'portForward') return reads.wayOf(call);
    if (twinWay.isOpening()) return 'twin';
    return standInWay.isOpening() ? 'stand-in' : reads.wayOf(call);
  };
  const environment = {
    HOME: home,
    PATH: process.env.PATH ?? '',
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    ...more,
  };
  const platform: ProcessPlatform = {
    clock,
    random: seeded(seed),
    openIo: (way) => {
      const straight = openReadIo(clock, through(way));
      const io =
        saboteur === undefined
          ? straight
          : switched(
              straight,
              openReadIo(clock, twinWay.io(way)),
              {
                ...saboteur.reads,
                doors: new Set(['declaredReads', 'filesAt', 'open']),
                wayOf: (call) => wayOfRead(saboteur, call),
              },
              saboteur.hasStandIn === true ? openReadIo(clock, standInWay.io(way)) : undefined,
            );
      const isRemote = way?.remoteExec !== undefined;
      const files = (inner: typeof io.files, answeredBy: 'machine' | 'server') =>
        activity.counting('files', fileTimes.simulated(inner), answeredBy);
      const calls = {
        ...io,
        declaredReads: () => activity.counting('declared read', io.declaredReads(), 'server'),
        files: files(io.files, isRemote ? 'server' : 'machine'),
        filesAt: (end: string) => files(io.filesAt(end), 'server'),
        disk: activity.counting('disk', fileTimes.simulated(io.disk), 'machine'),
        logFiles: activity.counting('log files', fileTimes.simulated(io.logFiles), 'machine'),
        open: ((protocol, target) =>
          activity.counting(protocol.name, io.open(protocol, target), 'server')) satisfies typeof io.open,
      };
      return activity.counting('read', calls, 'server');
    },
    openChangeIo: (way) => {
      const done = openChangeIo(clock, through(way));
      const io =
        saboteur === undefined
          ? done
          : switched(done, openChangeIo(clock, twinWay.io(way)), saboteur.changes);
      const calls = {
        ...io,
        draft: async (...args: Parameters<typeof io.draft>) =>
          activity.counting('draft', await io.draft(...args), 'machine'),
      };
      return activity.counting('change', calls, 'server');
    },
    openStateTransport: () => stateTransport(clock, dialInMemory, activity),
    openCopyDoor: async (copy) => activity.counting('audit copy', openAuditForwarder(copy, clock), 'machine'),
    importFile: (file) => activity.during(`import ${file}`, importFile(file)),
    execText: (argv, signal) => activity.during(argv.join(' '), execText(argv, signal)),
    startSimulator: async (system, options) => {
      const simulator = await activity.during(
        `simulator of ${system}`,
        startSimulator(system, { ...options, clock: serverClock, seed }),
      );
      simulators.push(simulator);
      if (saboteur !== undefined) {
        const other = await activity.during(
          `twin of ${system}`,
          startSimulator(system, { ...options, clock: serverClock, seed }),
        );
        twins.push(pair(simulator, other, simulatedEnvironments(system)));
      }
      if (saboteur?.hasStandIn === true) {
        const { incident: _, ...healthy } = options;
        const other = await activity.during(
          `stand-in of ${system}`,
          startSimulator(system, { ...healthy, clock: serverClock, seed: seed + 1, identity: '/stand-in' }),
        );
        standIns.push(pair(simulator, other, simulatedEnvironments(system)));
      }
      saboteur?.prepared?.();
      return simulator;
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
  const stepUntil = async (isOver: () => boolean): Promise<void> => {
    for (let idleSince: number | undefined; ; ) {
      await activity.quiet();
      if (isOver()) return;
      // Without a timer only the machine can end the wait, such as a file change.
      if (stepping.nextDue() === undefined) idleSince ??= performance.now();
      else idleSince = undefined;
      if (idleSince !== undefined && performance.now() - idleSince > idleMs)
        throw new Error('no timer is set: this wait would never end');
      // Waits until all is quiet a second time: responses in memory may take more turns than one wait has.
      await step();
    }
  };
  const until: Simulation['until'] = async (work) => {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    await stepUntil(() => isOver);
    return work;
  };

  const running = new Set<RunningCommand>();
  const start: Simulation['start'] = (args, env = {}) => {
    const stdout = kept();
    const stderr = kept();
    const stop = new AbortController();
    const startedAt = clock.now();
    let end: Ended | undefined;
    const work = runCommandLine(args, {
      openCockpit: () => Promise.reject(new Error('a simulated command has no terminal')),
      host: {
        platform: { ...platform, processEnv: { ...environment, ...env } },
        streams: { stdout: stdout.stream, stderr: stderr.stream },
        stop: stop.signal,
      },
    }).then((code) => {
      running.delete(command);
      end = { code, tookMs: clock.now() - startedAt, stdout: stdout.text(), stderr: stderr.text() };
      return end;
    });
    const command: RunningCommand = {
      get stdout() {
        return stdout.text();
      },
      get stderr() {
        return stderr.text();
      },
      interrupt: () => stop.abort(new DOMException('stopped by SIGINT', 'AbortError')),
      printed: async (pattern) => {
        let match: RegExpExecArray | null = null;
        await stepUntil(() => {
          match = pattern.exec(stdout.text());
          return match !== null || end !== undefined;
        });
        if (match === null) throw new Error(`ended with ${end?.code}: ${end?.stdout}${end?.stderr}`);
        return match;
      },
      ended: () => until(work),
    };
    running.add(command);
    return command;
  };

  return {
    platform,
    clock,
    home,
    stateDir,
    simulators,
    until,
    step,
    serverClock: serverClock,
    leaveUnanswered: (response) =>
      void activity.delayed(new Promise<void>((resolve) => response.once('close', resolve))),
    quiet: () => activity.quiet(),
    timers: stepping.pending,
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
    start,
    run: (args, env) => start(args, env).ended(),
    [Symbol.asyncDispose]: async () => {
      for (const command of running) command.interrupt();
      await until(Promise.all([...running].map((command) => command.ended())));
      const all = [...simulators, ...[...twins, ...standIns].map(({ simulator }) => simulator)];
      await until(Promise.all(all.map((simulator) => simulator.close())));
      activity.close();
      // Remaining output of a canceled command may arrive in between.
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
