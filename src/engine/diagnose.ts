import type { Fault, Millis } from '../domain/base/fault.ts';
import { createOutputLines } from '../domain/mask/output-lines.ts';
import { type ActEvent, PlanError, splitUse } from '../domain/runbooks/operation.ts';
import type { DiagnoseStep, ParamValues } from '../domain/runbooks/runbook.ts';
import { withParamValues } from '../domain/runbooks/runbook.ts';
import type { DiagnosisResult } from '../domain/runs/run.ts';
import { pluralize } from '../domain/text/count-text.ts';
import { formatDuration } from '../domain/text/duration.ts';
import type { ReadIo, ReadIoOptions } from '../doors/io.ts';
import { evaluateExpression } from '../expressions/evaluate.ts';
import { parseExpression } from '../expressions/rows/parse.ts';
import { factLine } from '../kinds/registry/fact-line.ts';
import { toFault } from '../platform/network/to-fault.ts';
import type { Clock } from '../platform/runtime/clock.ts';
import { WireError } from '../platform/runtime/wire-error.ts';
import { actEventText } from '../runs/context/act-step.ts';
import { openReadSession, type ReadStep } from '../runs/reads/read-session.ts';
import { callWithDeadline } from '../scheduler/call-with-deadline.ts';
import type { Feed } from '../sources/kit/contract/source.ts';
import type { Engine } from './engine.ts';

export type DiagnoseStepsParts = Omit<DiagnoseParts, 'tell'>;

/** The number of concurrent diagnose steps. */
const sideBySide = 6;

/**
 * Runs all diagnose steps, some concurrently, and returns their results in order. `onProgress` receives the progress of
 * each step. Never rejects.
 */
export const diagnoseSteps = async (
  steps: readonly DiagnoseStep[],
  values: ParamValues,
  parts: DiagnoseStepsParts,
  signal: AbortSignal,
  onProgress: (diagnosis: DiagnosisResult) => void = () => {},
): Promise<readonly DiagnosisResult[]> => {
  const all: DiagnosisResult[] = steps.map(({ id, title }) => ({
    step: id,
    title: withParamValues(title, values),
    lines: [],
    faults: [],
    done: false,
  }));
  const put = (index: number, brought: Omit<DiagnosisResult, 'step' | 'title'>): void => {
    const step = all[index];
    if (step === undefined) return;
    const diagnosis = { ...step, ...brought };
    all[index] = diagnosis;
    onProgress(diagnosis);
  };
  for (const diagnosis of all) onProgress(diagnosis);
  const left = steps.entries();
  const worker = async (): Promise<void> => {
    for (const [index, step] of left) {
      if (signal.aborted) return;
      const reportLines = (lines: readonly string[]): void => put(index, { lines, faults: [], done: false });
      const { lines, faults } = await diagnoseStep(step, values, { ...parts, tell: reportLines }, signal);
      put(index, { lines, faults, done: true });
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
  return all;
};

/** The maximum number of lines kept; the end of an output matters most. */
const linesKept = 200;

/** The lines of a reading operation, as they arrive. */
interface DiagnoseLines {
  add(event: ActEvent): void;
  /** Sorts by relevance: failures and output first, calls last. */
  lines(): readonly string[];
}

/** The state before anything arrives. */
const createLines = (): DiagnoseLines => {
  const output: string[] = [];
  const failed: string[] = [];
  const calls: string[] = [];
  const maskLines = createOutputLines();
  let dropped = 0;
  return {
    add: (event) => {
      if (event.is === 'call' || event.is === 'found') return;
      if (event.is === 'answered') {
        (event.ok ? calls : failed).push(actEventText(event));
        return;
      }
      const text = maskLines(actEventText(event));
      if (text === undefined) return;
      output.push(text);
      if (output.length <= linesKept) return;
      output.shift();
      dropped += 1;
    },
    lines: () => {
      const before = dropped === 0 ? [] : [`(${pluralize(dropped, 'earlier line')} omitted)`];
      return [...failed, ...before, ...output, ...calls];
    },
  };
};

/** The result of a diagnose step: lines to show, and faults. */
export interface StepDiagnosis {
  readonly lines: readonly string[];
  readonly faults: readonly Fault[];
}

/** The default time limit of a step. */
const longestMs: Millis = 60_000;
/** The maximum rate of progress updates. */
const tellEveryMs: Millis = 100;

const readFeeds = async (
  feeds: readonly Feed[],
  engine: Engine,
  signal: AbortSignal,
): Promise<StepDiagnosis> => {
  await engine.readNow(
    feeds.map((feed) => feed.id),
    signal,
  );
  const unitOf = (id: string): string =>
    engine.profile.signals.find((signalSpec) => signalSpec.id === id)?.unit ?? '';
  const states = feeds.map((feed) => engine.facts.getState().feeds[feed.id]);
  return {
    lines: states.flatMap((state) => [
      ...(state?.known?.items ?? []).map((item) => factLine(state?.feed.kind ?? 'notes', item)),
      ...(state?.known?.samples ?? []).map((sample) => factLine('samples', sample, unitOf(sample.signal))),
    ]),
    faults: states.flatMap((state) => state?.faults ?? []),
  };
};

/** "Not applicable" is an answer; a failed read is a fault. */
const failedBy = (error: unknown, faultOf: (failure: unknown) => Fault): StepDiagnosis => {
  if (!(error instanceof PlanError)) return { lines: [], faults: [faultOf(error)] };
  if (error.ending === 'not-applicable') return { lines: [error.message], faults: [] };
  return { lines: [], faults: [faultOf(new WireError('missing', error.message))] };
};

const truthOf = (that: string, engine: Engine, values: ParamValues): StepDiagnosis => {
  const parsed = parseExpression(that);
  if (!parsed.ok) return { lines: [`col ${parsed.col}: ${parsed.message}`], faults: [] };
  const snapshot = engine.snapshot();
  const truth = evaluateExpression(parsed.expression, snapshot, { params: values, now: snapshot.at });
  return { lines: [`${truth.value}: ${truth.why}`], faults: [] };
};

/** The dependencies of a diagnose step. */
interface DiagnoseParts {
  readonly engine: Engine;
  readonly openIo: (options?: ReadIoOptions) => ReadIo;
  readonly clock: Clock;
  /** In a dry run, operations that are read-only only by declaration are skipped. */
  readonly isDryRun?: boolean;
  /** Receives the result so far. */
  readonly tell?: (lines: readonly string[]) => void;
}

/** A started read: feeds, or an operation whose lines are reported as they arrive. */
const createPoll = (
  step: ReadStep,
  values: ParamValues,
  { engine, openIo, clock, isDryRun = false, tell }: DiagnoseParts,
) => {
  const { source, name } = splitUse(step.use);
  const collected = createLines();
  let isTelling = false;
  const scheduleProgress = (signal: AbortSignal): void => {
    if (tell === undefined || isTelling) return;
    isTelling = true;
    void clock.sleep(tellEveryMs, signal).then(() => {
      isTelling = false;
      if (!signal.aborted) tell(collected.lines());
    });
  };
  const poll = async (signal: AbortSignal): Promise<StepDiagnosis> => {
    await engine.reach(signal, source);
    const feeds = engine.feeds.filter((feed) => feed.source === source && feed.name === name);
    if (feeds.length > 0) return readFeeds(feeds, engine, signal);
    const isOperation = engine.sources.get(source)?.operations.some((operation) => operation.name === name);
    if (isOperation !== true) {
      const faults = engine.snapshot().faults.filter((fault) => fault.source === source);
      return { lines: [`${source} has no feed ${name} now`], faults };
    }
    const reading = openReadSession(step, values, { engine, openIo, isDryRun });
    const over = new AbortController();
    try {
      for await (const event of reading.ask(signal)) {
        collected.add(event);
        scheduleProgress(over.signal);
      }
      return { lines: collected.lines(), faults: [] };
    } finally {
      over.abort();
      await reading.close();
    }
  };
  return { poll, lines: collected.lines };
};

/**
 * Runs one diagnose step: reads the feeds or the operation that it names, or evaluates its expression. Changes
 * nothing and never rejects; failures become faults. On timeout it returns what has arrived.
 */
export const diagnoseStep = async (
  step: DiagnoseStep,
  values: ParamValues,
  parts: DiagnoseParts,
  signal: AbortSignal,
): Promise<StepDiagnosis> => {
  if (step.manual === true) return { lines: ['manual step'], faults: [] };
  if (step.reviewed === false)
    return {
      lines: [
        'the step is a draft and was not executed. Review the step, then remove reviewed: false from the profile',
      ],
      faults: [],
    };
  const { use } = step;
  if (use === undefined) return truthOf(step.that ?? '', parts.engine, values);
  const { source, name } = splitUse(use);
  const { clock } = parts;
  const faultOf = (failure: unknown): Fault => toFault(source, name, failure, clock.now());
  const { poll, lines } = createPoll({ ...step, use }, values, parts);
  const timeoutMs = step.timeoutMs ?? longestMs;
  const stop = new AbortController();
  const cancel = (): void => stop.abort(signal.reason);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const { outcome } = callWithDeadline(poll, clock, timeoutMs, stop);
    const ended = await outcome;
    if (stop.signal.aborted && !signal.aborted) {
      const brought = ended.is === 'answered' ? ended.value : { lines: lines(), faults: [] };
      const late = new WireError(
        'timeout',
        `the diagnosis step timed out after ${formatDuration(timeoutMs)}`,
      );
      return { lines: brought.lines, faults: [...brought.faults, faultOf(late)] };
    }
    if (ended.is === 'answered') return ended.value;
    const failed = failedBy(ended.is === 'threw' ? ended.error : signal.reason, faultOf);
    return { ...failed, lines: [...lines(), ...failed.lines] };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};
