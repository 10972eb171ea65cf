import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { type OperationResult, PlanError, splitUse } from '../../domain/runbooks/operation.ts';
import type { ExpectedResult, ParamValues, VerifyStep } from '../../domain/runbooks/runbook.ts';
import { formatAge } from '../../domain/text/duration.ts';
import { withHidden } from '../../expressions/evaluate.ts';
import {
  type EarlierReading,
  type EarlierResult,
  isBound,
  judgeExpectation,
} from '../../expressions/expect.ts';
import { passesWithLess, type RowAccounts, unaccountedRows } from '../../expressions/result-rows.ts';
import type { Truth } from '../../expressions/rows/truth.ts';
import { allTrue } from '../../expressions/rows/truth.ts';
import type { Witnesses } from '../../expressions/witness/former.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { actEventText } from '../context/act-step.ts';
import { questioned, type SameSystem } from '../evidence/same-system.ts';
import { withDeadline } from '../reads/read-deadline.ts';
import { type OperationReadSession, openReadSession, type ReadSessionParts } from '../reads/read-session.ts';
import { bindParams, referencedParams } from '../runbooks/binding/bind.ts';

type Answered = Extract<ActEvent, { is: 'answered' }>;

/** The result of one call of a reading operation. */
interface CallOutcome {
  readonly found: OperationResult;
  /** The status; absent where the operation reports none. */
  readonly answered?: Answered;
}

/** The number of characters kept of a reading: a check is a line or a number, not a log. */
const lettersKept = 262_144;

/** The result of each call: its data, and its output lines as text where the data has none. */
const callsOf = async (events: AsyncIterable<ActEvent>): Promise<readonly CallOutcome[]> => {
  const all: CallOutcome[] = [];
  let result: OperationResult | undefined;
  let text: string | undefined;
  const take = (answered?: Answered): void => {
    if (answered !== undefined || result !== undefined || text !== undefined)
      all.push({
        found: { ...defined({ text }), ...result },
        ...defined({ answered }),
      });
    result = undefined;
    text = undefined;
  };
  for await (const event of events) {
    if (event.is === 'found') result = event.found;
    if (event.is === 'output' && (text?.length ?? 0) < lettersKept)
      text = text === undefined ? actEventText(event) : `${text}\n${actEventText(event)}`;
    if (event.is === 'answered') take(event);
  }
  const last = all.at(-1);
  if (last === undefined || result !== undefined || text === undefined) {
    take();
    return all;
  }
  // A closing line after the last answer is a summary, not a call.
  const combined = [last.found.text, text].filter((part) => part !== undefined).join('\n');
  return [...all.slice(0, -1), { ...last, found: { ...last.found, text: combined } }];
};

/**
 * Statuses with which a server, or a gateway before it, refuses to say anything about what was asked: no login, no permission, too many
 * requests (RFC 9110, section 15.5, and RFC 6585, section 4).
 */
const refusedStatuses: ReadonlySet<number | undefined> = new Set([401, 403, 407, 429]);

/** A failed answer proves nothing, unless it is about the status, which it has, or the server says why the check is not met. */
const truthOf = (
  expect: ExpectedResult,
  { found, answered }: CallOutcome,
  before: EarlierResult | undefined,
  accounts: RowAccounts,
): Truth => {
  const judged = judgeExpectation(expect, found, before, secretMasker.outgoing);
  const truth =
    judged.value !== 'true' || typeof before !== 'object' || before === found
      ? judged
      : (unaccountedRows(expect, found, before, accounts) ?? judged);
  if (answered === undefined || answered.ok || (expect.status !== undefined && truth.value === 'true'))
    return truth;
  if (refusedStatuses.has(found.status)) return { value: 'unknown', why: actEventText(answered) };
  if (expect.status !== undefined) return truth;
  const isTold = truth.value === 'false' && (found.json !== undefined || found.rows !== undefined);
  return isTold ? truth : { value: 'unknown', why: actEventText(answered) };
};

/** The verdict of a reading, and the result of each of its calls. */
interface Judged {
  readonly truth: Truth;
  readonly found: readonly OperationResult[];
  /** False: some call returned nothing, or failed. */
  readonly isAnswered: boolean;
}

/**
 * Compares a reading with its expectation; every call must match. `before`: the results before the action; absent:
 * this is that reading, and nothing has changed yet. Throws what the reading throws.
 */
const judgeReading = async (
  expect: ExpectedResult,
  events: AsyncIterable<ActEvent>,
  accounts: RowAccounts,
  before?: EarlierReading,
): Promise<Judged> => {
  const calls = await callsOf(events);
  const results = calls.map((call) => call.found);
  if (calls.length === 0)
    return {
      truth: { value: 'unknown', why: 'the operation returned no data to check' },
      found: results,
      isAnswered: false,
    };
  const then = typeof before === 'string' ? calls.map(() => before) : (before ?? results);
  return {
    truth: allTrue(calls.map((call, index) => truthOf(expect, call, then[index], accounts))),
    found: results,
    isAnswered: calls.every(({ answered }) => answered?.ok !== false),
  };
};

/** A verification step that calls a reading operation, as often as needed, until it is closed. */
export interface OperationCheck {
  /**
   * Confirms the identity again and reads. Never rejects: a failed reading is unknown, with its fault as the reason.
   */
  ask(signal: AbortSignal): Promise<Truth>;
  /** The results of the last reading; absent when there was none, or it failed. */
  found(): readonly OperationResult[] | undefined;
  /**
   * True: the last reading was answered, including "no such object" or a missing value. False: it could not be read,
   * or the place to run its program was missing.
   */
  isAnswered(): boolean;
  close(): Promise<void>;
}

/** Explains that a cache answered with what it had stored before the action. */
const storedText = (
  found: readonly OperationResult[],
  now: Millis,
  actedAt: Millis | undefined,
): string | undefined => {
  const oldest = Math.max(...found.map(({ ageMs = 0 }) => ageMs));
  return actedAt === undefined || oldest === 0 || now - oldest > actedAt
    ? undefined
    : `the answer comes from a cache that was filled ${formatAge(oldest)} ago, before the action completed`;
};

/** The time limit of one reading. */
const longestMs: Millis = 60_000;

type Expected = string | number | boolean | null;

/**
 * Comparison operators come only from the runbook: a value such as `!= x` is compared literally and cannot invert the
 * check.
 */
const boundValue = <T extends Expected>(written: T, values: ParamValues): T | string => {
  const value = bindParams(written, values);
  const isTurned =
    typeof value === 'string' && value !== written && isBound(value) && !isBound(String(written));
  return isTurned ? `= ${value}` : value;
};

/** The expectation with the run's values where a value is compared. Patterns come only from the runbook. */
const bound = (expect: ExpectedResult, values: ParamValues): ExpectedResult => {
  const { value, json } = expect;
  return {
    ...expect,
    ...(value === undefined ? {} : { value: String(boundValue(value, values)) }),
    ...(json === undefined
      ? {}
      : {
          json: Object.fromEntries(
            Object.entries(json).map(([path, expected]) => [path, boundValue(expected, values)]),
          ),
        }),
  };
};

/**
 * Creates the verification of a step with `use` and `expect`. Opens its session on first use. `before`: the results
 * before the action; absent: the action has not happened yet.
 */
export const createOperationCheck = (
  step: VerifyStep,
  values: ParamValues,
  parts: ReadSessionParts & {
    readonly clock: Clock;
    readonly systems?: SameSystem;
    /** Completion time of the last action. */
    readonly actedAt?: Millis;
    readonly witnesses?: Pick<Witnesses, 'effects'>;
  },
  before?: EarlierReading,
): OperationCheck => {
  const { engine, clock, systems } = parts;
  const { use = '', hiddenBy } = step;
  const accounts: RowAccounts = {
    effects: parts.witnesses?.effects ?? [],
    isSelected: referencedParams(step.with).length > 0,
    hide: secretMasker.outgoing,
  };
  const expect = bound(step.expect ?? {}, values);
  const { source, name } = splitUse(use);
  let reading: OperationReadSession | undefined;
  let results: readonly OperationResult[] | undefined;
  let isAnswered = false;

  const evaluate = async (signal: AbortSignal): Promise<Truth> => {
    await engine.reach(signal, source);
    const stranger = await engine.confirmIdentity(source, signal);
    if (stranger !== undefined)
      return { value: 'unknown', why: stranger.message, missing: { is: 'stranger' } };
    const began = clock.now();
    reading ??= openReadSession({ ...step, use }, values, parts);
    const judged = await judgeReading(expect, reading.ask(signal), accounts, before);
    await systems?.read(questioned([source], began), signal);
    const problem = systems?.problem(source);
    if (problem !== undefined) return { value: 'unknown', why: problem, missing: { is: 'stranger' } };
    const stored = before === undefined ? undefined : storedText(judged.found, clock.now(), parts.actedAt);
    if (stored !== undefined) return { value: 'unknown', why: stored };
    results = judged.found;
    isAnswered = judged.isAnswered;
    return before === undefined || hiddenBy === undefined || !passesWithLess(expect)
      ? judged.truth
      : { ...judged.truth, why: withHidden(judged.truth.why, hiddenBy) };
  };

  return {
    found: () => results,
    isAnswered: () => isAnswered,
    ask: async (signal) => {
      results = undefined;
      isAnswered = false;
      try {
        return await withDeadline(evaluate, clock, signal, longestMs);
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
