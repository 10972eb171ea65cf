import { stripControls } from '../domain/controls.ts';
import { formatDuration } from '../domain/duration.ts';
import type { GenericAction } from '../domain/generic-action.ts';
import { type ActEvent, notApplicable, type Plan, type TargetDrift } from '../domain/operation.ts';
import type { ConsoleRequest } from '../doors/console.ts';
import type { ChangeIo, ReadIo } from '../doors/io.ts';
import type { TlsOptions } from '../platform/network/http-messages.ts';
import { toFault } from '../platform/to-fault.ts';
import type { PlanDraft } from './define-operation.ts';

/** The longest session: the limit of a step. */
const longestMs = 2 * 60 * 60_000;

/** The console of a source as an action on its rows. */
export const consoleAction = (
  type: string,
  title: string,
  more: Partial<Pick<GenericAction, 'params' | 'with' | 'notes'>> = {},
): GenericAction => ({
  id: `console-${type}`,
  verb: 'console',
  title,
  step: `${title} of $source`,
  on: ['health', 'pools', 'sessions'],
  params: [],
  with: {},
  timeoutMs: longestMs,
  verify: 'none',
  notes: 'The screen is suspended until the program exits. What it shows is recorded beside the ledger.',
  ...more,
});

/** The server of a console, and the program that it needs. */
export interface ConsoleTarget {
  readonly source: string;
  /** The name that an operator types to confirm. */
  readonly name: string;
  /** 'postgres://db:5432/shop' */
  readonly where: string;
  /** 'psql' */
  readonly program: string;
  /** The packages that contain it: 'postgresql-client (Debian, Ubuntu)'. */
  readonly packages: string;
  readonly findProgram: ReadIo['findProgram'];
  /** Reads the state of the server, which must not change before the console opens. Throws PlanError. */
  state(signal: AbortSignal): Promise<string>;
}

/** Plans a console. `typed`: the equivalent command line. `objects`: login and limits, as text. */
export const planConsole = async (
  target: ConsoleTarget,
  typed: string,
  objects: readonly string[],
  signal: AbortSignal,
): Promise<PlanDraft> => {
  const { name, where, program, packages } = target;
  const path = await target.findProgram(program);
  if (path === undefined)
    throw notApplicable(`${program} is not installed on this machine: install ${packages}`);
  return {
    targets: [{ name, uid: where, saw: await target.state(signal), where }],
    calls: [{ line: typed, command: typed, target: 0 }],
    objects: [...objects, `${program}: ${path}`],
    lost: 'effects of what is typed: opsdeck cannot undo them',
  };
};

/** Returns the drift when the server has changed its state since the plan. */
export const recheckConsole = async (
  target: ConsoleTarget,
  plan: Pick<Plan, 'targets'>,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  const [planned] = plan.targets;
  const found = await target.state(signal);
  return planned === undefined || planned.saw === found
    ? undefined
    : { target: target.where, planned: planned.saw, found };
};

/** The most of the output to keep, in bytes, and the most lines of it to report. */
const tailBytes = 8192;
const tailLines = 10;

/** Keeps the end of an output: a program that fails says there why, and the cockpit covers it at once. */
const createOutputTail = () => {
  let kept = Buffer.alloc(0);
  return {
    add: (bytes: Uint8Array): void => {
      kept = Buffer.concat([kept, bytes]).subarray(-tailBytes);
    },
    lines: (): readonly string[] =>
      kept
        .toString('utf8')
        .split(/\r?\n/)
        .map((line) => stripControls(line).trim())
        .filter((line) => line !== '')
        .slice(-tailLines),
  };
};

type TlsMaterial = Pick<TlsOptions, 'ca' | 'cert' | 'key'>;

/** Opens a console in the terminal of the cockpit, and reports its exit. */
export async function* actConsole(
  { source, program }: Pick<ConsoleTarget, 'source' | 'program'>,
  request: ConsoleRequest,
  { openConsole, clock }: Pick<ChangeIo, 'openConsole' | 'clock'>,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const line = request.typed;
  if (openConsole === undefined) {
    const status =
      'a console needs the terminal of the cockpit: start it there, or run this command yourself';
    return yield { is: 'answered', line, status, ok: false };
  }
  yield { is: 'call', line };
  const startedAt = clock.now();
  const tail = createOutputTail();
  try {
    const { status, signal: by, trouble } = await openConsole({ ...request, seen: tail.add }, signal);
    const took = formatDuration(Math.max(0, Math.round((clock.now() - startedAt) / 1000) * 1000));
    if (status !== 0) for (const text of tail.lines()) yield { is: 'output', text };
    const end = trouble ?? (status === undefined ? `terminated by ${by}` : `exit status ${status}`);
    yield { is: 'answered', line, status: `${program} closed after ${took}: ${end}`, ok: status === 0 };
  } catch (error) {
    yield { is: 'answered', line, status: toFault(source, line, error, clock.now()).message, ok: false };
  }
}

/** The name of the file with certificate authorities. */
export const caFile = 'ca.pem';

/** The files of TLS options, by the names that a program gets. Without authorities of its own: those of opsdeck. */
export const tlsFiles = (
  tls: (TlsMaterial & { readonly rejectUnauthorized?: boolean }) | undefined,
): Pick<ConsoleRequest, 'files' | 'defaultCaFile'> => {
  const isChecked = tls !== undefined && tls.rejectUnauthorized !== false;
  const files = {
    ...(isChecked && tls.ca !== undefined ? { [caFile]: tls.ca } : {}),
    ...(tls?.cert === undefined ? {} : { 'cert.pem': tls.cert }),
    ...(tls?.key === undefined ? {} : { 'key.pem': tls.key }),
  };
  return { files, ...(isChecked && tls.ca === undefined ? { defaultCaFile: caFile } : {}) };
};
