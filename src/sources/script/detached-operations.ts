import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type ActEvent,
  notApplicable,
  PlanError,
  type Target,
  type TargetDrift,
} from '../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { defineOperation } from '../kit/operations/define-operation.ts';
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
} from '../kit/operations/detached-process.ts';
import { resolveLocalPath } from '../kit/operations/local-files.ts';
import { zArgv } from './config.ts';
import type { ProgramContext } from './program-context.ts';
import { programFileText, resolveProgramFile } from './program-context.ts';

const startParams = z.strictObject({
  name: zDetachedName,
  argv: zArgv,
  url: z
    .url({ protocol: /^https?$/ })
    .meta({
      description: 'address of the program: opsdeck refuses to start while a server listens there',
      examples: ['http://localhost:8081'],
    })
    .exactOptional(),
  cwd: z
    .string()
    .min(1)
    .meta({
      description: 'the program starts in this directory. The default is the working directory of the source',
    })
    .exactOptional(),
  log: z
    .string()
    .min(1)
    .meta({
      description:
        'file that gets the output of the program (default: a file in the state directory of opsdeck)',
    })
    .exactOptional(),
});

/** The directory of kept processes. Throws PlanError: they are those of this machine, and of a state directory. */
const keptDir = ({ io, end }: ProgramContext): string => {
  if (end !== '')
    throw notApplicable('a detached program runs on this machine only: remove via: from the source');
  if (io.stateDir === undefined)
    throw new PlanError('failed', 'opsdeck has no state directory for the process ID: set --state-dir');
  return join(io.stateDir, 'detached');
};

/** Runs reading programs on this machine. */
const readerOf =
  (parts: ProgramContext): ReadProgram =>
  async (argv, signal) =>
    (await parts.io.run(parts.program(argv, { cwd: '/' }), signal)).out;

/** Throws PlanError when a server listens at the address. */
const requireFree = async (
  { io }: ProgramContext,
  url: string | undefined,
  signal: AbortSignal,
): Promise<void> => {
  if (url === undefined) return;
  const { hostname: host, port, protocol, origin } = new URL(url);
  const number = Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port);
  try {
    await io.tcp(host.replace(/^\[(.*)\]$/, '$1'), number, signal);
  } catch (error) {
    if (error instanceof WireError && error.kind === 'unreachable') return;
    throw error;
  }
  throw notApplicable(`${origin} already answers: stop the program that listens there first`);
};

/** `start`: starts a program that outlives opsdeck. Its undo ends exactly that process, by its ID and start time. */
export const startOperation = defineOperation(
  {
    name: 'start',
    danger: 'disruptive',
    params: startParams,
    bindingRules: { argv: 'argv', url: 'address' },
  },
  (parts: ProgramContext) => {
    const { source } = parts;
    type Params = z.infer<typeof startParams>;
    const filesOf = ({ name, log }: Params): { readonly pid: string; readonly log: string } => {
      const dir = keptDir(parts);
      return {
        pid: join(dir, `${name}.pid`),
        log:
          log === undefined ? join(dir, `${name}.log`) : resolveLocalPath(log, parts.program([]).cwd ?? '/'),
      };
    };
    const programOf = ({ argv, cwd }: Params) => parts.program(argv, cwd === undefined ? {} : { cwd });
    const typed = (params: Params): string =>
      `setsid ${parts.commandLine(params.argv)} >> ${filesOf(params).log} 2>&1 &`;

    const target = async (params: Params, signal: AbortSignal): Promise<Target> => {
      const running = await readKeptProcess(readerOf(parts), filesOf(params).pid, signal);
      if (running !== undefined)
        throw notApplicable(`${params.name} already runs as ${processText(running)}: stop that one first`);
      await requireFree(parts, params.url, signal);
      const program = programOf(params);
      const file = await resolveProgramFile(parts.files, program, signal);
      if (file.kind !== 'file') throw new WireError('missing', `${file.path} is not a file`);
      const where = `${hostname()}:${program.cwd ?? ''}`;
      return { name: params.name, uid: `${where} ${file.path}`, saw: programFileText(file), where };
    };

    return {
      plan: async (params, signal) => {
        try {
          const { log, pid } = filesOf(params);
          return {
            targets: [await target(params, signal)],
            calls: [{ line: typed(params), target: 0 }],
            objects: [
              `${params.name} runs until stopped, also after opsdeck ends`,
              `output: appended to ${log}`,
              `process ID and start time: kept in ${pid}`,
              ...(params.url === undefined
                ? ['without url:, opsdeck cannot see whether the program is already running']
                : []),
            ],
          };
        } catch (error) {
          if (error instanceof PlanError) throw error;
          const { kind, message } = parts.fault(params.argv, error);
          throw new PlanError(kind === 'missing' ? 'not-applicable' : 'failed', message, { cause: error });
        }
      },
      recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
        const [planned] = plan.targets;
        const drift = (found: string): TargetDrift => ({
          target: plan.params.name,
          planned: planned?.saw ?? '',
          found,
        });
        try {
          const { uid, saw } = await target(plan.params, signal);
          return uid === planned?.uid && saw === planned.saw ? undefined : drift(saw);
        } catch (error) {
          if (error instanceof PlanError) return drift(error.message);
          if (error instanceof WireError && error.kind === 'missing')
            return drift('the program file no longer exists');
          throw error;
        }
      },
      act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
        const { params } = plan;
        const line = typed(params);
        const files = filesOf(params);
        const program = { ...programOf(params), argv: startDetachedArgv(files, params.argv), typed: line };
        yield* runDetachedScript(parts, { program, line, argv: params.argv }, change, signal);
      },
      undo: (plan) => ({
        use: `${source}.stop`,
        // words: quoted: the reference to a reported value
        with: { name: plan.params.name, pid: '${made.pid}', start: '${made.start}' },
        title: `Stop ${plan.params.name}`,
        pins: 'gone',
      }),
    };
  },
);

/** Runs the script that starts or stops a process, and reports the process that it names. */
const runDetachedScript = (...of: Parameters<typeof runScript>): AsyncIterable<ActEvent> =>
  withStartedProcess(runScript(...of));

async function* runScript(
  parts: ProgramContext,
  {
    program,
    line,
    argv,
  }: {
    readonly program: ReturnType<ProgramContext['program']>;
    readonly line: string;
    readonly argv: readonly string[];
  },
  change: ChangeIo,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  yield { is: 'call', line };
  let said = '';
  try {
    for await (const event of change.run(program, signal)) {
      if (event.is === 'line') {
        said = secretMasker.mask(event.text);
        yield { is: 'output', text: said };
        continue;
      }
      const { status } = event.end;
      const why = status === 0 || said === '' ? '' : `: ${oneLine(said, 160)}`;
      yield { is: 'answered', line, status: `status ${status ?? 'unknown'}${why}`, ok: status === 0 };
    }
  } catch (error) {
    yield { is: 'answered', line, status: parts.fault(argv, error).message, ok: false };
  }
}

type StopParams = z.infer<z.ZodObject<typeof stopDetachedShape>>;

/** `stop`: sends TERM to the process group of a program that `start` started. */
export const stopOperation = defineOperation(
  { name: 'stop', danger: 'disruptive', params: z.strictObject(stopDetachedShape) },
  (parts: ProgramContext) => {
    const find = (params: StopParams, signal: AbortSignal): Promise<DetachedProcess> =>
      findDetachedProcess(readerOf(parts), params, join(keptDir(parts), `${params.name}.pid`), signal);
    return {
      plan: async (params, signal) => {
        const found = await find(params, signal);
        return {
          targets: [
            {
              name: params.name,
              uid: `${hostname()} ${found.pid} ${found.start}`,
              saw: processText(found),
              where: hostname(),
            },
          ],
          calls: [{ line: `kill -s TERM -- -${found.pid}`, target: 0 }],
          objects: [`${processText(found)} and the process group`],
          lost: 'data that the program has not saved is lost',
          earlier: { pid: found.pid, start: found.start },
        };
      },
      recheck: async (plan, signal): Promise<TargetDrift | undefined> => {
        const [planned] = plan.targets;
        try {
          const found = await find(plan.params, signal);
          const uid = `${hostname()} ${found.pid} ${found.start}`;
          if (uid === planned?.uid) return undefined;
          return { target: plan.params.name, planned: planned?.saw ?? '', found: processText(found) };
        } catch (error) {
          if (!(error instanceof PlanError)) throw error;
          return { target: plan.params.name, planned: planned?.saw ?? '', found: error.message };
        }
      },
      act: async function* (plan, change, signal): AsyncIterable<ActEvent> {
        const [, pid = '', start = ''] = plan.targets[0]?.uid.split(' ') ?? [];
        const argv = stopDetachedArgv(pid, start);
        const line = `kill -s TERM -- -${pid}`;
        const program = { ...parts.program(argv, { cwd: '/' }), typed: line };
        yield* runDetachedScript(
          parts,
          { program, line, argv: ['kill', '-TERM', `-${pid}`] },
          change,
          signal,
        );
      },
    };
  },
);
