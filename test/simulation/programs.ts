import type { Program, ProgramEnd } from '../../src/platform/processes/program.ts';
import { capturedOutput, createOutputCapture } from '../../src/platform/processes/program-output.ts';
import { loadMachinePrograms, type Programs } from '../../src/platform/processes/programs.ts';
import type { RunningProgram, RunOptions } from '../../src/platform/processes/run-process.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';
import { ProgramError, toAbortError, WireError } from '../../src/platform/runtime/wire-error.ts';
import type {
  FindProgram,
  ProgramCall,
  SimulatedProgram,
} from '../../src/simulator/servers/http/programs.ts';
import { parseScript } from '../../src/simulator/servers/ssh/shell.ts';
import type { Activity } from './activity.ts';

const mebibyte = 1024 * 1024;

const runInProcess = (
  found: SimulatedProgram,
  { maxBytes = mebibyte, keepsBytes }: Program,
  { clock, output }: RunOptions,
  signal: AbortSignal,
): RunningProgram => {
  const began = clock.now();
  const kept = {
    out: createOutputCapture(maxBytes, keepsBytes === true),
    err: createOutputCapture(maxBytes),
  };
  let firstOutputAt: number | undefined;
  const write = (stream: 'out' | 'err', bytes: Buffer): void => {
    if (stream === 'out') firstOutputAt ??= clock.now();
    kept[stream].push(bytes);
    output?.(stream, bytes);
  };
  const ended = (status: number): ProgramEnd => {
    return {
      status,
      ...capturedOutput(kept.out, kept.err),
      latencyMs: clock.now() - began,
      ...(firstOutputAt === undefined ? {} : { firstOutputMs: firstOutputAt - began }),
    };
  };
  const run = async (): Promise<ProgramEnd> => {
    // As with a real process, output arrives in a later turn.
    await Promise.resolve();
    if (signal.aborted) throw toAbortError(signal);
    const status = await found.run({
      out: (bytes) => write('out', Buffer.from(bytes)),
      err: (text) => write('err', Buffer.from(text)),
      signal,
    });
    if (!signal.aborted) return ended(status);
    const { kind, message } = toAbortError(signal);
    throw new ProgramError(kind, message, { out: kept.out.raw(), err: kept.err.raw() });
  };
  const end = run();
  return {
    end,
    gone: end.then(
      () => [],
      () => [],
    ),
  };
};

/** Unwraps a program that is started through `env NAME=VALUE…` or through a shell that prints its process id first. */
const unwrapped = (
  [file = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly says: string;
} => {
  if (file === 'env') {
    const begin = args.findIndex((arg) => !/^\w+=/.test(arg));
    const set = Object.fromEntries(args.slice(0, begin).map((pair) => pair.split('=', 2)));
    return unwrapped(args.slice(begin), { ...env, ...set });
  }
  const announced = /^OPSDECK_RUN=.* echo (opsdeck-pid) \$OPSDECK_RUN;.*exec "\$@"$/.exec(args[1] ?? '')?.[1];
  if (file !== 'sh' || args[0] !== '-c' || announced === undefined)
    return { argv: [file, ...args], env, says: '' };
  const inner = unwrapped(args.slice(3), env);
  return { ...inner, says: `${announced} 4242.0\n${inner.says}` };
};

/** Responds to a pure reachability check of a host, without a shell of the machine. */
const answering = ([file, flag, text = '']: readonly string[]): SimulatedProgram | undefined => {
  const script = file === 'sh' && flag === '-c' ? parseScript(text) : undefined;
  if (script === undefined || script.steps.some(({ argv }) => argv.join() !== 'true')) return undefined;
  return {
    run: async ({ out, err }) => {
      out(`${script.begin}\n${script.steps.map(({ end }) => `\n${end} 0\n`).join('')}`);
      err(script.steps.map(({ end }) => `\n${end}\n`).join(''));
      return 0;
    },
  };
};

/**
 * Runs programs of the simulated systems in this process, and the few others as processes of this machine. `moved` rewrites
 * the call of such a process, such as its file paths. `through` changes a program of the simulated systems on its way.
 */
export const simulatedPrograms = (
  clock: Clock,
  find: FindProgram,
  activity: Activity,
  moved: (call: ProgramCall) => ProgramCall = (call) => call,
  through: (program: SimulatedProgram) => SimulatedProgram = (program) => program,
): Programs => {
  const found = ({ argv, cwd = process.cwd(), env = {} }: Program): SimulatedProgram | undefined => {
    const { says, ...call } = unwrapped(argv, env);
    const simulated = find({ ...call, cwd }) ?? answering(call.argv);
    if (simulated === undefined) return undefined;
    const own = through(simulated);
    if (says === '') return own;
    return {
      ...own,
      run: (streams) => {
        streams.out(says);
        return own.run(streams);
      },
    };
  };
  return {
    start: (program, options, signal) => {
      const own = found(program);
      if (own !== undefined) return runInProcess(own, program, { ...options, clock }, signal);
      const name = program.argv.join(' ');
      const machineClock: Clock = {
        ...options.clock,
        sleep: (ms, over) => activity.delayed(options.clock.sleep(ms, over)),
      };
      const started = activity.during(
        name,
        loadMachinePrograms().then((machine) => {
          const { argv, cwd = process.cwd(), env = {} } = program;
          const call = { ...program, ...moved({ argv, cwd, env }) };
          return machine.start(call, { ...options, clock: machineClock }, signal);
        }),
      );
      const end = activity.during(
        name,
        started.then((running) => running.end),
      );
      // Its cleanup looks at processes of this machine, and waits for simulated time in between.
      const gone = activity.during(
        name,
        started.then((running) => running.gone),
        'server',
      );
      return { end, gone };
    },
    wire: async (wire) => {
      const carried = found(wire.program)?.openTunnel?.();
      if (carried === undefined) throw new WireError('unreachable', `no simulated ${wire.program.argv[0]}`);
      if (typeof carried === 'string') throw wire.failure(carried, false);
      return carried;
    },
  };
};
