import { defined } from '../../../domain/base/defined.ts';
import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import {
  type ActEvent,
  type Danger,
  notApplicable,
  type Plan,
  type TargetDrift,
} from '../../../domain/runbooks/operation.ts';
import { stripControls } from '../../../domain/text/controls.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import type { ConsoleRequest } from '../../../doors/console.ts';
import type { ChangeIo, ReadIo } from '../../../doors/io.ts';
import type { TlsOptions } from '../../../platform/network/http-messages.ts';
import { toFault } from '../../../platform/network/to-fault.ts';
import {
  defineOperation,
  type OperationDefinition,
  type OperationSpec,
  type PlanDraft,
} from './define-operation.ts';

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
  notes: 'The screen is suspended until the program exits. Everything shown is recorded beside the ledger.',
  ...more,
});

/** The server of a console, and the program that it needs. */
interface ConsoleTarget {
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
async function* actConsole(
  { source, program }: Pick<ConsoleTarget, 'source' | 'program'>,
  request: ConsoleRequest,
  { openConsole, clock }: Pick<ChangeIo, 'openConsole' | 'clock'>,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const line = request.typed;
  if (openConsole === undefined) {
    const status =
      'a console needs the terminal of the cockpit: start one there, or run this command yourself';
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
    ...defined({ 'cert.pem': tls?.cert, 'key.pem': tls?.key }),
  };
  return { files, ...(isChecked && tls.ca === undefined ? { defaultCaFile: caFile } : {}) };
};

/** A console of one source: its server, its program, and what the preview says about it. */
interface ConsoleBehavior<P> extends ConsoleTarget {
  /** The program for any place, its files and its texts. Throws WireError. */
  request(params: P): ConsoleRequest;
  /** Login and limits, as text. */
  objects(params: P): readonly string[];
  /** Raises the danger of the operation for these params. */
  danger?(params: P): Danger | undefined;
}

/** Plans a console: its program is installed, and the state of its server is pinned. Throws PlanError. */
const planConsole = async <P>(
  { name, where, program, packages, ...behavior }: ConsoleBehavior<P>,
  params: P,
  signal: AbortSignal,
): Promise<PlanDraft> => {
  const path = await behavior.findProgram(program);
  if (path === undefined)
    throw notApplicable(`${program} is not installed on this machine: install ${packages}`);
  const { typed } = behavior.request(params);
  const danger = behavior.danger?.(params);
  return {
    targets: [{ name, uid: where, saw: await behavior.state(signal), where, place: where }],
    calls: [{ line: typed, command: typed, target: 0 }],
    objects: [...behavior.objects(params), `${program}: ${path}`],
    lost: 'opsdeck cannot undo what you type there',
    ...defined({ danger }),
  };
};

/** Returns the drift when the server has changed its state since the plan. */
const recheckConsole = async (
  { where, state }: ConsoleTarget,
  { targets: [planned] }: Pick<Plan, 'targets'>,
  signal: AbortSignal,
): Promise<TargetDrift | undefined> => {
  const found = await state(signal);
  return planned === undefined || planned.saw === found
    ? undefined
    : { target: where, planned: planned.saw, found };
};

/** Defines `console`: an interactive program on the server of a source, in the terminal of the cockpit. */
export const defineConsole = <
  P extends Readonly<Record<string, unknown>>,
  Parts extends { readonly source: string },
>(
  spec: Omit<OperationSpec<P>, 'name'>,
  behaviorOf: (parts: Parts) => ConsoleBehavior<P>,
): OperationDefinition<Parts> =>
  defineOperation({ ...spec, name: 'console' }, (parts: Parts) => {
    const behavior = behaviorOf(parts);
    return {
      plan: (params, signal) => planConsole(behavior, params, signal),
      recheck: (plan, signal) => recheckConsole(behavior, plan, signal),
      act: ({ params }, change, signal) => actConsole(behavior, behavior.request(params), change, signal),
    };
  });
