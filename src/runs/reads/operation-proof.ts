import type { Millis } from '../../domain/fault.ts';
import type { ActEvent } from '../../domain/operation.ts';
import { type OperationResult, PlanError, splitUse } from '../../domain/operation.ts';
import type { ExpectedResult, ParamValues, VerifyStep } from '../../domain/runbook.ts';
import { isBound, judgeExpectation } from '../../expressions/expect.ts';
import type { Truth } from '../../expressions/truth.ts';
import { allTrue } from '../../expressions/truth.ts';
import type { Clock } from '../../platform/clock.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { toFault } from '../../platform/to-fault.ts';
import { withDeadline } from '../planning/source-reads.ts';
import { bindParams } from '../runbooks/bind.ts';
import { actEventText } from '../sending/act-step.ts';
import { type OperationReadSession, openReadSession, type ReadSessionParts } from './read-session.ts';

type Answered = Extract<ActEvent, { is: 'answered' }>;

/** What one call of a reading operation brought. */
interface CallOutcome {
  readonly found: OperationResult;
  /** How it was answered; absent where the operation does not say. */
  readonly answered?: Answered;
}

/** Letters of what a reading says that are kept: a proof is a line or a number, not a log. */
const lettersKept = 262_144;

/** What each call brought: its data, and the lines that it said as its text where the data has none. */
const callsOf = async (events: AsyncIterable<ActEvent>): Promise<readonly CallOutcome[]> => {
  const all: CallOutcome[] = [];
  let found: OperationResult | undefined;
  let text: string | undefined;
  const take = (answered?: Answered): void => {
    if (answered !== undefined || found !== undefined || text !== undefined)
      all.push({
        found: { ...(text === undefined ? {} : { text }), ...found },
        ...(answered === undefined ? {} : { answered }),
      });
    found = undefined;
    text = undefined;
  };
  for await (const event of events) {
    if (event.is === 'found') found = event.found;
    if (event.is === 'output' && (text?.length ?? 0) < lettersKept)
      text = text === undefined ? actEventText(event) : `${text}\n${actEventText(event)}`;
    if (event.is === 'answered') take(event);
  }
  const last = all.at(-1);
  if (last === undefined || found !== undefined || text === undefined) {
    take();
    return all;
  }
  // A closing line after the last answer sums up: it is no call of its own.
  const said = [last.found.text, text].filter((one) => one !== undefined).join('\n');
  return [...all.slice(0, -1), { ...last, found: { ...last.found, text: said } }];
};

/** An answer that says of itself that it is none proves nothing, unless its status is what was asked for. */
const truthOf = (
  expect: ExpectedResult,
  { found, answered }: CallOutcome,
  before: OperationResult | undefined,
): Truth => {
  const truth = judgeExpectation(expect, found, before, secretMasker.outgoing);
  if (answered === undefined || answered.ok || expect.status !== undefined) return truth;
  const isTold = truth.value === 'false' && (found.json !== undefined || found.rows !== undefined);
  return isTold ? truth : { value: 'unknown', why: actEventText(answered) };
};

/** What a reading says, and what each of its calls found. */
interface Judged {
  readonly truth: Truth;
  readonly found: readonly OperationResult[];
  /** False: some call brought nothing, or an answer that says of itself that it is none. */
  readonly isAnswered: boolean;
}

/**
 * Whether what a reading brought is as expected: of several calls each must be. `before`: what each call found before the
 * act; absent: this is that reading, and nothing has changed yet. Throws what the reading throws.
 */
const judgeReading = async (
  expect: ExpectedResult,
  events: AsyncIterable<ActEvent>,
  before?: readonly OperationResult[],
): Promise<Judged> => {
  const calls = await callsOf(events);
  const found = calls.map((call) => call.found);
  if (calls.length === 0)
    return { truth: { value: 'unknown', why: 'the answer contains no data' }, found, isAnswered: false };
  const then = before ?? found;
  return {
    truth: allTrue(calls.map((call, index) => truthOf(expect, call, then[index]))),
    found,
    isAnswered: calls.every(({ answered }) => answered?.ok !== false),
  };
};

/** A proof by a reading operation, asked as often as wanted until it is closed. */
export interface OperationProof {
  /** Asks afresh who answers, and what. Never rejects: a reading that fails is unknown, in its fault's words. */
  ask(signal: AbortSignal): Promise<Truth>;
  /** What its calls found when it was last asked; absent: it was not, or could not be read. */
  found(): readonly OperationResult[] | undefined;
  /**
   * True: the last reading was answered, also with "no such object" or without the value. False: it could not be read, or the
   * place where its program should have run was missing.
   */
  isAnswered(): boolean;
  close(): Promise<void>;
}

/** How long one reading may take. */
const longestMs: Millis = 60_000;

type Expected = string | number | boolean | null;

/** A comparison is the author's alone: a value that reads `!= x` is the text itself, and does not turn the proof round. */
const boundValue = <T extends Expected>(written: T, values: ParamValues): T | string => {
  const value = bindParams(written, values);
  const isTurned =
    typeof value === 'string' && value !== written && isBound(value) && !isBound(String(written));
  return isTurned ? `= ${value}` : value;
};

/** What is expected, with the run's values where a value is compared. A pattern is the author's alone. */
const bound = (expect: ExpectedResult, values: ParamValues): ExpectedResult => {
  const { value, json } = expect;
  return {
    ...expect,
    ...(value === undefined ? {} : { value: String(boundValue(value, values)) }),
    ...(json === undefined
      ? {}
      : {
          json: Object.fromEntries(
            Object.entries(json).map(([path, wanted]) => [path, boundValue(wanted, values)]),
          ),
        }),
  };
};

/**
 * The proof of a step with `use` and `expect`, with the run's values. Opens its door when it is first asked. `before`: what
 * it found before the act; absent: the act is still to come.
 */
export const createOperationProof = (
  step: VerifyStep,
  values: ParamValues,
  parts: ReadSessionParts & { readonly clock: Clock },
  before?: readonly OperationResult[],
): OperationProof => {
  const { engine, clock } = parts;
  const { use = '' } = step;
  const expect = bound(step.expect ?? {}, values);
  const { source, name } = splitUse(use);
  let reading: OperationReadSession | undefined;
  let found: readonly OperationResult[] | undefined;
  let isAnswered = false;

  const asked = async (signal: AbortSignal): Promise<Truth> => {
    await engine.reach(signal, source);
    const stranger = await engine.confirmIdentity(source, signal);
    if (stranger !== undefined) return { value: 'unknown', why: stranger.message };
    reading ??= openReadSession({ ...step, use }, values, parts);
    const judged = await judgeReading(expect, reading.ask(signal), before);
    found = judged.found;
    isAnswered = judged.isAnswered;
    return judged.truth;
  };

  return {
    found: () => found,
    isAnswered: () => isAnswered,
    ask: async (signal) => {
      found = undefined;
      isAnswered = false;
      try {
        return await withDeadline(asked, clock, signal, longestMs);
      } catch (error) {
        isAnswered =
          reading?.isDeclared === false && error instanceof PlanError && error.ending === 'not-applicable';
        const why =
          error instanceof PlanError ? error.message : toFault(source, name, error, clock.now()).message;
        return { value: 'unknown', why };
      }
    },
    close: async () => {
      await reading?.close();
    },
  };
};
