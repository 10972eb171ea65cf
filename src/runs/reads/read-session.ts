import { type ActEvent, PlanError, splitUse } from '../../domain/operation.ts';
import type { ParamValues } from '../../domain/runbook.ts';
import { callAsRead } from '../../doors/call-as-read.ts';
import type { ChangeIo, ReadIo, ReadIoOptions } from '../../doors/io.ts';
import type { Engine } from '../../engine/engine.ts';
import { WireError } from '../../platform/wire-error.ts';
import { readPermission } from '../policy/danger.ts';

const notHere = (what: string): WireError =>
  new WireError('denied', `${what} is not allowed in a read-only step`);

/** A changing door that only reads: what an operation of danger read is lent outside a run's own acts. */
const readingOnly = (io: ReadIo): ChangeIo => ({
  clock: io.clock,
  send: ({ method, body: _, ...request }, signal) => {
    if (method === 'GET' || method === 'HEAD') return io.get({ ...request, method }, signal);
    return Promise.reject(notHere(method));
  },
  run: () => {
    throw new WireError('denied', 'an operation cannot start a program in a read-only step');
  },
  stream: ({ method, body: _, ...request }, signal) =>
    method === 'GET' ? io.stream(request, signal) : Promise.reject(notHere(method)),
  socket: () => Promise.reject(notHere('a WebSocket')),
  put: (path) => Promise.reject(notHere(`writing ${path}`)),
  draft: (path) => Promise.reject(notHere(`writing ${path}`)),
  call: callAsRead(io.open, notHere),
});

/** Where readings are made: the sources, and how a reading door is opened. */
export interface ReadSessionParts {
  readonly engine: Engine;
  readonly openIo: (options?: ReadIoOptions) => ReadIo;
  /** A dry run: what only its author says to read is not asked. */
  readonly isDryRun?: boolean;
}

/** What a step says of what is to be read. */
export interface ReadStep {
  readonly use: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** The author's word that an operation without a danger of its own reads here. */
  readonly danger?: 'read';
}

/** An operation that reads, with the door that it is lent. Asked as often as wanted, until it is closed. */
export interface OperationReadSession {
  /** True: only its author says that it reads (it runs a program): "no such target" is then no answer to what it asks. */
  readonly isDeclared: boolean;
  /** Plans and asks afresh: what happens, as it comes. Throws PlanError, WireError. */
  ask(signal: AbortSignal): AsyncIterable<ActEvent>;
  close(): Promise<void>;
}

/**
 * Opens the reading door for a step's operation. Nothing that changes goes through it, whatever the operation is.
 * Throws PlanError when there is no such operation now, or it would change something.
 */
export const openReadSession = (
  step: ReadStep,
  values: ParamValues,
  { engine, openIo, isDryRun = false }: ReadSessionParts,
): OperationReadSession => {
  const { source, name } = splitUse(step.use);
  const operation = engine.sources.get(source)?.operations.find((one) => one.name === name);
  if (operation === undefined) {
    const [fault] = engine.snapshot().faults.filter((one) => one.source === source);
    const why = fault === undefined ? '' : `: ${fault.message}`;
    throw new PlanError('failed', `${source} has no operation ${name} now${why}`);
  }
  const params = engine.bind(step, values);
  const may = readPermission(operation.danger(params), step.danger);
  if (may === 'nothing')
    throw new PlanError('not-applicable', `${name} changes something, and this step is read-only`);
  if (may === 'declared' && isDryRun)
    throw new PlanError(
      'not-applicable',
      `skipped in a dry run: ${name} is read-only only by the runbook's declaration (danger: read)`,
    );
  const way = engine.routeTo(source);
  const io = openIo(way);
  const declared = may === 'declared' ? io.declaredReads() : undefined;
  const door: ChangeIo = declared ?? readingOnly(io);
  return {
    isDeclared: declared !== undefined,
    ask: async function* (signal) {
      yield* operation.act(await operation.plan(params, signal), door, signal);
    },
    close: async () => {
      await Promise.all([io.close(), declared?.close()]);
    },
  };
};
