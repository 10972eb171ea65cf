import { join } from 'node:path';
import { z } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { ActEvent, Target, TargetDrift } from '../../../domain/runbooks/operation.ts';
import { notApplicable, PlanError } from '../../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { findLoginExpired } from '../../../platform/network/to-fault.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { defineOperation } from '../../kit/operations/define-operation.ts';
import {
  type DetachedProcess,
  findDetachedProcess,
  processText,
  type ReadProgram,
  readKeptProcess,
  startDetachedArgv,
  stopDetachedArgv,
  stopDetachedShape,
  withStartedProcess,
  zDetachedName,
} from '../../kit/operations/detached-process.ts';
import { runBatch, stdoutOf } from '../machine/command-batch.ts';
import { zPort } from '../machine/config.ts';
import {
  describeMachine,
  type HostContext,
  maskedCommandLine,
  selectMachine,
  targetMachine,
  zHost,
} from '../machine/host-context.ts';
import type { Machine } from '../machine/machine.ts';
import { parseListeners, ssListening } from '../parse/processes.ts';
import { zHostArgv } from './exec.ts';
import { runRemoteProgram } from './run-remote.ts';

/** Directory of kept processes on a remote host, below the home directory of the account. */
const remoteDir = '~/.local/state/opsdeck/detached';

/** Time limit of the scripts: `stop` waits 20 s for the end of the program. */
const timeoutMs = 40_000;

const zPath = z
  .string()
  .regex(/^(?:~\/|\/)[^\p{Cc}]+$/u, { error: 'not an absolute path: begin with / or ~/' });

const startParams = z.strictObject({
  name: zDetachedName,
  argv: zHostArgv,
  port: zPort
    .meta({
      description:
        'TCP port of the program: opsdeck refuses to start while a process of the host listens on this port',
      examples: [8081],
    })
    .exactOptional(),
  cwd: z
    .string()
    .regex(/^\/[^\p{Cc}]*$/u, { error: 'the path is not absolute: begin with /' })
    .meta({
      description:
        'the program starts in this directory of the host. The default is the directory where a login starts',
    })
    .exactOptional(),
  log: zPath
    .meta({
      description: `file on the host that gets the output of the program (default: ${remoteDir}/NAME.log)`,
    })
    .exactOptional(),
  host: zHost,
});
type StartParams = z.infer<typeof startParams>;

const stopParams = z.strictObject({ ...stopDetachedShape, host: zHost });

/** Files of a detached program: on a remote host below its home directory, on this machine in the state directory. */
const filesOf = (
  { io }: HostContext,
  { address }: Machine,
  { name, log }: Pick<StartParams, 'name' | 'log'>,
): { readonly pid: string; readonly log: string } => {
  if (address === '' && io.stateDir === undefined)
    throw new PlanError(
      'failed',
      'opsdeck has no state directory in which to keep the process ID: set --state-dir',
    );
  const dir = address === '' ? join(io.stateDir ?? '', 'detached') : remoteDir;
  return { pid: `${dir}/${name}.pid`, log: log ?? `${dir}/${name}.log` };
};

const readerOf =
  (parts: HostContext, machine: Machine): ReadProgram =>
  async (argv, signal) =>
    stdoutOf((await runBatch(parts, machine, [argv], signal)).results[0]);

/** Prints 'DEVICE:INODE BYTES SECONDS PATH' of the executable that an argv starts; nothing if there is none. */
const showExecutable = ({ argv: [program = ''], cwd = '' }: StartParams): readonly string[] => [
  'sh',
  '-c',
  '[ -z "$1" ] || cd "$1" || exit; f=$(command -v -- "$2") && [ -f "$f" ] && [ -x "$f" ] && stat -L -c "%d:%i %s %Y %n" -- "$f" || :',
  'sh',
  cwd,
  program,
];

/** A program and the host that it runs on: the target of a start. Throws WireError, and PlanError when it cannot start. */
const readStartTarget = async (
  parts: HostContext,
  machine: Machine,
  params: StartParams,
  signal: AbortSignal,
): Promise<Target> => {
  const { name, port, argv } = params;
  const running = await readKeptProcess(
    readerOf(parts, machine),
    filesOf(parts, machine, params).pid,
    signal,
  );
  if (running !== undefined)
    throw notApplicable(
      `${name} already runs as ${processText(running)}. opsdeck started that program: stop it first`,
    );
  const commands = [['uname', '-n'], showExecutable(params), ...(port === undefined ? [] : [ssListening])];
  const [node, executable, sockets] = (await runBatch(parts, machine, commands, signal)).results;
  if (port !== undefined && parseListeners(stdoutOf(sockets)).some((listener) => listener.port === port))
    throw notApplicable(
      `port ${port} of ${machine.name} is in use: stop the program that listens there first`,
    );
  const [, id, bytes, seconds, path] = /^(\d+:\d+) (\d+) (\d+) (.+)$/m.exec(stdoutOf(executable)) ?? [];
  if (id === undefined)
    throw notApplicable(
      `${argv[0]} is not an executable file on ${machine.name}${cwdText(params)}: check the path and the permissions`,
    );
  return {
    name,
    uid: `${machine.address}#${stdoutOf(node).trim()} ${id} ${path}`,
    saw: `a program of ${bytes} bytes, written ${new Date(Number(seconds) * 1000).toISOString()}`,
    where: describeMachine(machine),
  };
};

const cwdText = ({ cwd }: StartParams): string => (cwd === undefined ? '' : ` in ${cwd}`);

/** Converts an external failure of a plan; PlanErrors stay. */
const planError = (parts: HostContext, machine: Machine, call: string, error: unknown): unknown =>
  error instanceof PlanError || findLoginExpired(error) !== undefined
    ? error
    : new PlanError('failed', parts.fault(machine, call, error).message, { cause: error });

/** Reads a target again: the difference from that of the plan, if any. */
const driftOf = async (
  planned: Target | undefined,
  read: () => Promise<Target>,
): Promise<TargetDrift | undefined> => {
  const drift = (found: string): TargetDrift => ({
    target: planned?.name ?? '',
    planned: planned?.saw ?? '',
    found,
  });
  try {
    const { uid, saw } = await read();
    return uid === planned?.uid && saw === planned.saw ? undefined : drift(saw);
  } catch (error) {
    if (error instanceof PlanError) return drift(error.message);
    if (findLoginExpired(error) === undefined && error instanceof WireError) return drift(error.message);
    throw error;
  }
};

/** Runs the script that starts or stops a process on a machine. `argv`: what a person would type there. */
const runDetached = (
  machine: Machine,
  script: readonly string[],
  argv: readonly string[],
  change: ChangeIo,
  signal: AbortSignal,
): AsyncIterable<ActEvent> =>
  withStartedProcess(
    runRemoteProgram(
      {
        machine,
        argv,
        program: machine.program(script),
        timeoutMs,
        onInterrupted: async () => '. The command may have been carried out',
      },
      change,
      signal,
    ),
  );

const callOf = (machine: Machine, script: readonly string[], argv: readonly string[]) => ({
  line: maskedCommandLine(machine.program(script).argv),
  command: maskedCommandLine(machine.commandLine(argv)),
  target: 0,
});

/** `start`: starts a program on a host that outlives opsdeck and the connection. Its undo ends exactly that process. */
export const startOnHost = defineOperation(
  { name: 'start', danger: 'disruptive', params: startParams, bindingRules: { argv: 'argv' } },
  (parts: HostContext) => {
    const scriptOf = (machine: Machine, params: StartParams): readonly string[] => {
      const { cwd } = params;
      const files = filesOf(parts, machine, params);
      return startDetachedArgv({ ...files, ...defined({ cwd }) }, params.argv);
    };
    const typed = ({ argv }: StartParams): readonly string[] => ['setsid', ...argv];
    return {
      plan: async (params, signal) => {
        const machine = selectMachine(parts, params.host);
        try {
          const { pid, log } = filesOf(parts, machine, params);
          return {
            targets: [await readStartTarget(parts, machine, params, signal)],
            calls: [callOf(machine, scriptOf(machine, params), typed(params))],
            objects: [
              `the program ${params.name} runs on ${describeMachine(machine)} until a person stops the program, also after opsdeck ends`,
              `its output is appended to ${log}`,
              `its process ID and start time are kept in ${pid}`,
              ...(params.port === undefined
                ? ['because port is not set, opsdeck cannot see whether the program is already running']
                : []),
            ],
          };
        } catch (error) {
          throw planError(parts, machine, `setsid ${params.argv[0]}`, error);
        }
      },
      recheck: async ({ params, targets: [planned] }, signal) => {
        const machine = targetMachine(parts, planned);
        return driftOf(planned, () => readStartTarget(parts, machine, params, signal));
      },
      act: async function* ({ params, targets }, change, signal) {
        const machine = targetMachine(parts, targets[0]);
        yield* runDetached(machine, scriptOf(machine, params), typed(params), change, signal);
      },
      undo: ({ params: { name, host } }) => ({
        use: `${parts.source}.stop`,
        // words: quoted: the reference to a reported value
        with: { name, pid: '${made.pid}', start: '${made.start}', ...defined({ host }) },
        title: `Stop ${name}`,
        pins: 'gone',
      }),
    };
  },
);

const stopTarget = (machine: Machine, name: string, found: DetachedProcess): Target => ({
  name,
  uid: `${machine.name} ${found.pid} ${found.start}`,
  saw: processText(found),
  where: describeMachine(machine),
});

const killArgv = (pid: number | string): readonly string[] => ['kill', '-s', 'TERM', '--', `-${pid}`];

/** `stop`: sends TERM to the process group of a program that `start` started on a host. */
export const stopOnHost = defineOperation(
  { name: 'stop', danger: 'disruptive', params: stopParams },
  (parts: HostContext) => {
    const find = (
      machine: Machine,
      params: z.infer<typeof stopParams>,
      signal: AbortSignal,
    ): Promise<DetachedProcess> =>
      findDetachedProcess(readerOf(parts, machine), params, filesOf(parts, machine, params).pid, signal);
    return {
      plan: async (params, signal) => {
        const machine = selectMachine(parts, params.host);
        try {
          const found = await find(machine, params, signal);
          return {
            targets: [stopTarget(machine, params.name, found)],
            calls: [callOf(machine, stopDetachedArgv(String(found.pid), found.start), killArgv(found.pid))],
            objects: [`${processText(found)} on ${describeMachine(machine)} and its process group`],
            lost: 'the program loses all data that is not saved',
            earlier: { pid: found.pid, start: found.start },
          };
        } catch (error) {
          throw planError(parts, machine, `kill ${params.name}`, error);
        }
      },
      recheck: async ({ params, targets: [planned] }, signal) => {
        const machine = targetMachine(parts, planned);
        return driftOf(planned, async () =>
          stopTarget(machine, params.name, await find(machine, params, signal)),
        );
      },
      act: async function* ({ targets }, change, signal) {
        const machine = targetMachine(parts, targets[0]);
        const [pid = '', start = ''] = targets[0]?.uid.split(' ').slice(-2) ?? [];
        yield* runDetached(machine, stopDetachedArgv(pid, start), killArgv(pid), change, signal);
      },
    };
  },
);
