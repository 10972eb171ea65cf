import { evaluate } from '../domain/expression/evaluate.ts';
import { parseExpression } from '../domain/expression/parse.ts';
import { factLine } from '../domain/fact-line.ts';
import type { Fault } from '../domain/fault.ts';
import type { ParamValues } from '../domain/param-value.ts';
import { PlanError } from '../domain/plan-error.ts';
import type { DiagnoseStep } from '../domain/runbook.ts';
import { openDeclaredReads } from '../io/declared-reads.ts';
import { WireError } from '../io/failures.ts';
import { toFault } from '../io/fault.ts';
import type { ChangeIo, ReadIo } from '../io/io.ts';
import type { ReadIoOptions } from '../io/read-io.ts';
import { bindParams } from '../runbooks/bind.ts';
import type { Feed, Operation } from '../sources/source.ts';
import type { Engine } from './engine.ts';
import { textOf } from './executor/act-step.ts';

/** What a diagnose step brought: lines to show, and what could not be seen. */
export interface Diagnosis {
  readonly lines: readonly string[];
  readonly faults: readonly Fault[];
}

type Given = Readonly<Record<string, unknown>>;

const readFeeds = async (feeds: readonly Feed[], engine: Engine, signal: AbortSignal): Promise<Diagnosis> => {
  await engine.readNow(
    feeds.map((feed) => feed.id),
    signal,
  );
  const states = feeds.map((feed) => engine.facts.getState().feeds[feed.id]);
  return {
    lines: states.flatMap((state) => [
      ...(state?.known?.items ?? []).map((item) => factLine(state?.feed.kind ?? 'notes', item)),
      ...(state?.known?.samples ?? []).map((sample) => factLine('samples', sample)),
    ]),
    faults: states.flatMap((state) => state?.faults ?? []),
  };
};

const notHere = (what: string): WireError =>
  new WireError('denied', `${what} is not allowed in a diagnose step, which only reads`);

/** A changing door that only reads: what a diagnose step's operation is lent. */
const readingOnly = (io: ReadIo): ChangeIo => ({
  clock: io.clock,
  send: ({ method, body: _, ...request }, signal) => {
    if (method === 'GET' || method === 'HEAD') return io.get({ ...request, method }, signal);
    return Promise.reject(notHere(method));
  },
  run: () => {
    throw new WireError('denied', 'an operation starts no program in a diagnose step, which only reads');
  },
  stream: ({ method, body: _, ...request }, signal) =>
    method === 'GET' ? io.stream(request, signal) : Promise.reject(notHere(method)),
  socket: () => Promise.reject(notHere('a WebSocket')),
  sql: (target, statement, signal) => io.sql(target, statement, signal),
  kafka: (_target, { is }) => Promise.reject(notHere(is)),
});

/** More than anybody reads before they act; the end of what a program said is what it was run for. */
const linesKept = 200;

/** What a person looks for comes first: what failed and what was said; which calls that took comes last. */
const readByOperation = async (
  operation: Operation,
  values: Given,
  door: ChangeIo,
  signal: AbortSignal,
): Promise<Diagnosis> => {
  const plan = await operation.plan(values, signal);
  const said: string[] = [];
  const failed: string[] = [];
  const asked: string[] = [];
  let dropped = 0;
  for await (const event of operation.act(plan, door, signal)) {
    if (event.is === 'call') continue;
    if (event.is === 'answered') {
      (event.ok ? asked : failed).push(textOf(event));
      continue;
    }
    said.push(textOf(event));
    if (said.length <= linesKept) continue;
    said.shift();
    dropped += 1;
  }
  const before = dropped === 0 ? [] : [`(${dropped} lines before these)`];
  return { lines: [...failed, ...before, ...said, ...asked], faults: [] };
};

/** That there is nothing to look at is an answer; what could not be read is a fault. */
const failedBy = (error: unknown, faultOf: (failure: unknown) => Fault): Diagnosis => {
  if (!(error instanceof PlanError)) return { lines: [], faults: [faultOf(error)] };
  if (error.ending === 'not-applicable') return { lines: [error.message], faults: [] };
  return { lines: [], faults: [faultOf(new WireError('missing', error.message))] };
};

/** What an operation may do here: what it says that it reads, or what the step's author says that it only reads. */
const mayDo = (operation: Operation, values: Given, step: DiagnoseStep): 'read' | 'declared' | 'nothing' => {
  const danger = operation.danger(values);
  if (danger === 'read') return 'read';
  return danger === 'as-step' && step.danger === 'read' ? 'declared' : 'nothing';
};

const truthOf = (that: string, engine: Engine, values: ParamValues): Diagnosis => {
  const parsed = parseExpression(that);
  if (!parsed.ok) return { lines: [`col ${parsed.col}: ${parsed.message}`], faults: [] };
  const snapshot = engine.snapshot();
  const truth = evaluate(parsed.expression, snapshot, { params: values, now: snapshot.at });
  return { lines: [`${truth.value}: ${truth.why}`], faults: [] };
};

/**
 * Runs one diagnose step: reads the feeds or the reading operation that it names, or tells whether its expression
 * is true. Never changes anything and never rejects; what failed is a fault.
 */
export const diagnose = async (
  step: DiagnoseStep,
  values: ParamValues,
  engine: Engine,
  openIo: (options?: ReadIoOptions) => ReadIo,
  signal: AbortSignal,
): Promise<Diagnosis> => {
  if (step.manual === true) return { lines: ['for a person to look at'], faults: [] };
  if (step.that !== undefined && step.use === undefined) return truthOf(step.that, engine, values);
  const [sourceId = '', name = ''] = (step.use ?? '').split('.');
  await engine.reach(signal, sourceId);
  const feeds = engine.feeds.filter((feed) => feed.source === sourceId && feed.name === name);
  const operation = engine.sources.get(sourceId)?.operations.find((one) => one.name === name);
  const way = engine.wayTo(sourceId);
  const io = openIo(way);
  let declared: ReturnType<typeof openDeclaredReads> | undefined;
  try {
    if (feeds.length > 0) return await readFeeds(feeds, engine, signal);
    if (operation !== undefined) {
      const params = bindParams(step.with ?? {}, values);
      const may = mayDo(operation, params, step);
      if (may === 'nothing')
        return { lines: [`${name} would change something; a diagnose step only reads`], faults: [] };
      if (may === 'declared') declared = openDeclaredReads(io.clock, way);
      return await readByOperation(operation, params, declared ?? readingOnly(io), signal);
    }
    return {
      lines: [`${sourceId} gives no ${name} now`],
      faults: engine.snapshot().faults.filter((f) => f.source === sourceId),
    };
  } catch (error) {
    return failedBy(error, (failure) => toFault(sourceId, name, failure, io.clock.now()));
  } finally {
    await Promise.all([io.close(), declared?.close()]);
  }
};
