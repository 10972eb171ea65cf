import { evaluate } from '../domain/expression/evaluate.ts';
import { parseExpression } from '../domain/expression/parse.ts';
import { factLine } from '../domain/fact-line.ts';
import type { Fault } from '../domain/fault.ts';
import type { DiagnoseStep } from '../domain/runbook.ts';
import { toFault } from '../io/fault.ts';
import { type ChangeIo, type ReadIo, WireError } from '../io/io.ts';
import { bindParams } from '../runbooks/bind.ts';
import type { Feed, Operation } from '../sources/source.ts';
import type { Engine } from './engine.ts';
import { textOf } from './executor/act-step.ts';

/** What a diagnose step brought: lines to show, and what could not be seen. */
export interface Diagnosis {
  readonly lines: readonly string[];
  readonly faults: readonly Fault[];
}

type Values = Readonly<Record<string, string | number | boolean>>;

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

/** A changing door that only reads: what a diagnose step's operation is lent. */
const readingOnly = (io: ReadIo): ChangeIo => ({
  clock: io.clock,
  send: ({ method, body: _, ...request }, signal) => {
    if (method === 'GET' || method === 'HEAD') return io.get({ ...request, method }, signal);
    return Promise.reject(
      new WireError('denied', `${method} is not allowed in a diagnose step, which only reads`),
    );
  },
  run: () => {
    throw new WireError('denied', 'an operation starts no program in a diagnose step, which only reads');
  },
});

const readByOperation = async (
  operation: Operation,
  values: Readonly<Record<string, unknown>>,
  io: ReadIo,
  signal: AbortSignal,
): Promise<Diagnosis> => {
  if (operation.danger(values) !== 'read')
    return { lines: [`${operation.name} would change something; a diagnose step only reads`], faults: [] };
  const plan = await operation.plan(values, signal);
  const lines: string[] = [];
  for await (const event of operation.act(plan, readingOnly(io), signal)) lines.push(textOf(event));
  return { lines, faults: [] };
};

const truthOf = (that: string, engine: Engine, values: Values): Diagnosis => {
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
  values: Values,
  engine: Engine,
  openIo: () => ReadIo,
  signal: AbortSignal,
): Promise<Diagnosis> => {
  if (step.manual === true) return { lines: ['for a person to look at'], faults: [] };
  if (step.that !== undefined && step.use === undefined) return truthOf(step.that, engine, values);
  const [sourceId = '', name = ''] = (step.use ?? '').split('.');
  const feeds = engine.feeds.filter((feed) => feed.source === sourceId && feed.name === name);
  const operation = engine.sources.get(sourceId)?.operations.find((one) => one.name === name);
  const io = openIo();
  try {
    if (feeds.length > 0) return await readFeeds(feeds, engine, signal);
    if (operation !== undefined)
      return await readByOperation(operation, bindParams(step.with ?? {}, values), io, signal);
    return {
      lines: [`${sourceId} gives no ${name} now`],
      faults: engine.snapshot().faults.filter((f) => f.source === sourceId),
    };
  } catch (error) {
    return { lines: [], faults: [toFault(sourceId, name, error, io.clock.now())] };
  } finally {
    await io.close();
  }
};
