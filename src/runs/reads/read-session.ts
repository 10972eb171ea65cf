import { type ActEvent, PlanError, splitUse } from '../../domain/runbooks/operation.ts';
import type { ParamValues } from '../../domain/runbooks/runbook.ts';
import { callAsRead, notInReadStep } from '../../doors/call-as-read.ts';
import type { ChangeIo, ReadIo, ReadIoOptions } from '../../doors/io.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { readPermission } from '../policy/danger.ts';

/** A ChangeIo that only reads, lent to read-only operations outside a run's own actions. */
const readingOnly = (io: ReadIo): ChangeIo => ({
  clock: io.clock,
  send: ({ method, body: _, ...request }, signal) => {
    if (method === 'GET' || method === 'HEAD') return io.get({ ...request, method }, signal);
    return Promise.reject(notInReadStep(method));
  },
  run: () => {
    throw notInReadStep('a program');
  },
  stream: ({ method, body: _, ...request }, signal) =>
    method === 'GET' ? io.stream(request, signal) : Promise.reject(notInReadStep(method)),
  upgrade: ({ method }) => Promise.reject(notInReadStep(method)),
  socket: () => Promise.reject(notInReadStep('a WebSocket')),
  put: (path) => Promise.reject(notInReadStep(`writing ${path}`)),
  draft: (path) => Promise.reject(notInReadStep(`writing ${path}`)),
  call: callAsRead(io.open),
});

/** The sources to read, and how a read session is opened. */
export interface ReadSessionParts {
  readonly engine: EnvironmentReader;
  readonly openIo: (options?: ReadIoOptions) => ReadIo;
  /** In a dry run, operations that are read-only only by declaration are skipped. */
  readonly isDryRun?: boolean;
}

/** The part of a step that says what to read. */
export interface ReadStep {
  readonly use: string;
  readonly with?: Readonly<Record<string, unknown>>;
  /** The author's declaration that an operation without a declared danger is read-only here. */
  readonly danger?: 'read';
}

/** A reading operation with its ReadIo. Can be called repeatedly until it is closed. */
export interface OperationReadSession {
  /**
   * True: the operation is read-only only by declaration (it runs a program), so "no such target" does not answer the
   * question.
   */
  readonly isDeclared: boolean;
  /** Plans and reads again, and yields events as they occur. Throws PlanError, WireError. */
  ask(signal: AbortSignal): AsyncIterable<ActEvent>;
  close(): Promise<void>;
}

/**
 * Opens a read session for the operation of a step. No change can pass through it, whatever the operation is. Throws
 * PlanError when the operation does not exist now, or would change something.
 */
export const openReadSession = (
  step: ReadStep,
  values: ParamValues,
  { engine, openIo, isDryRun = false }: ReadSessionParts,
): OperationReadSession => {
  const { source, name } = splitUse(step.use);
  const operation = engine.sources.get(source)?.operations.find((candidate) => candidate.name === name);
  if (operation === undefined) {
    const [fault] = engine.snapshot().faults.filter((other) => other.source === source);
    const why = fault === undefined ? '' : `: ${fault.message}`;
    throw new PlanError('failed', `${source} has no operation ${name} any more${why}`);
  }
  const params = engine.bind(step, values);
  const may = readPermission(operation.danger(params), step.danger);
  if (may === 'nothing')
    throw new PlanError('not-applicable', `${name} changes something, and this step is read-only`);
  if (may === 'declared' && isDryRun)
    throw new PlanError(
      'not-applicable',
      `skipped in the dry run: ${name} counts as read-only only because the runbook says so (danger: read)`,
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
