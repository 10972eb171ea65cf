import type { Millis } from '../../domain/base/fault.ts';
import { createOutputLines } from '../../domain/mask/output-lines.ts';
import type { ActEvent, OperationCall } from '../../domain/runbooks/operation.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { createLease } from '../../doors/lease.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { PendingAct } from './pending-run.ts';

/** IDs of the objects that a step created, taken from its responses, by key. */
export type CreatedIds = Readonly<Record<string, string>>;

const reference = /^\$\{made\.([\w-]+)\}$/;

/** Returns the call with each `${made.KEY}` replaced by the created ID. Undefined when an ID is missing. */
export const withCreatedIds = (call: OperationCall, made: CreatedIds): OperationCall | undefined => {
  let whole = true;
  const bound = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bound);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, bound(inner)]));
    const key = typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
    if (key === undefined) return value;
    whole &&= Object.hasOwn(made, key);
    return made[key];
  };
  const values = Object.fromEntries(Object.entries(call.with).map(([name, value]) => [name, bound(value)]));
  return whole ? { ...call, with: values } : undefined;
};

/** Timeout of a step that sets none: a call that never ends must not keep a run open forever. */
const defaultMs: Millis = 5 * 60_000;
/** Upper limit for the timeout of any step. */
const longestMs: Millis = 2 * 60 * 60_000;
/**
 * Time an operation gets after its signal aborts, to stop its work and report it. Longer than killing a program on
 * another
 * host takes, including the connection for it.
 */
const graceMs: Millis = 8000;

interface ActOutcome {
  readonly ok: boolean;
  /** The responses, as text. */
  readonly result: string;
  /** The same without long requests, for a line of a journal. Absent: the result is brief. */
  readonly brief?: string;
  /** IDs from the responses, by key. Absent: the responses contained none. */
  readonly made?: CreatedIds;
  /** The error it threw, if any. */
  readonly error?: unknown;
}

/** Dependencies of one step. */
interface ActParts {
  readonly change: ChangeIo;
  readonly clock: Clock;
  /** Timeout; at most 2 h. Default 5 min. */
  readonly timeoutMs?: Millis;
  output(text: string): Promise<unknown>;
  /** Requests sent by this step so far, as text; reported when the step times out. */
  sent(): readonly string[];
}

type AnsweredCall = Extract<ActEvent, { is: 'answered' }>;

/** Characters of a request that a brief result names; the ledger has every request in full. */
const longestBriefCall = 80;

/** 'POST /a → 200'; of a longer request its status only: 'signalled'. */
const briefCall = ({ line, status }: AnsweredCall): string =>
  line.length > longestBriefCall ? status : `${line} → ${status}`;

const answerText = ({ line, status }: AnsweredCall): string => `${line} → ${status}`;

const isBad = ({ ok }: AnsweredCall): boolean => !ok;

/** The calls, counted if there are several; of failed ones, only these are named. */
const callsText = (calls: readonly AnsweredCall[], namesAll: boolean, isBrief: boolean): string => {
  const bad = calls.filter(isBad);
  const count = calls.length < 2 ? [] : [`${calls.length - bad.length} of ${calls.length} calls succeeded`];
  const named = bad.length > 0 ? bad : namesAll || count.length === 0 ? calls : [];
  const lines = isBrief ? [...new Set(named.map(briefCall))] : named.map(answerText);
  return [...count, ...(lines.length === 0 ? [] : [lines.join('; ')])].join(': ');
};

/** The waits, which are no calls: those that failed, or all; a brief result names one at most. */
const waitTexts = (waits: readonly AnsweredCall[], isBrief: boolean): readonly string[] => {
  if (waits.some(isBad)) return waits.filter(isBad).map(answerText);
  return isBrief && waits.length > 1 ? [] : waits.map(answerText);
};

/**
 * '6 of 6 calls succeeded', '2 of 3 calls succeeded: POST /b → 404', 'POST /a → 200', 'PATCH /a → 200; waiting for a →
 * complete after 3s'. Only calls are counted, as in the preview.
 */
const joinResults = (answers: readonly AnsweredCall[], isBrief: boolean): string => {
  const waits = answers.filter(({ waited }) => waited);
  const calls = answers.filter(({ waited }) => !waited);
  const namesAll = !isBrief && !waits.some(isBad);
  return [callsText(calls, namesAll, isBrief), ...(calls.some(isBad) ? [] : waitTexts(waits, isBrief))]
    .filter((text) => text !== '')
    .join('; ');
};

const resultOf = (answers: readonly AnsweredCall[]): ActOutcome => {
  if (answers.length === 0) return { ok: true, result: 'done' };
  const result = joinResults(answers, false);
  const brief = joinResults(answers, true);
  return { ok: answers.every(({ ok }) => ok), result, ...(brief === result ? {} : { brief }) };
};

/** Formats one event of an action as a line of text. */
export const actEventText = (event: ActEvent): string => {
  switch (event.is) {
    case 'output':
      return event.text;
    case 'found':
      return '';
    case 'call':
      return event.line;
    case 'made':
      return `${event.key} ${event.value}`;
    case 'answered':
      return `${event.line} → ${event.status}`;
  }
};

/** The result of a step that timed out, with the outcome of each request. */
const timeoutText = (limitMs: Millis, sent: readonly string[]): string =>
  [`the step timed out after ${formatDuration(limitMs)}`, sent.join('; ')]
    .filter((part) => part !== '')
    .join(': ');

/**
 * Executes one planned step through a lease that ends with it. Ends when the operation ends, when the signal aborts or
 * when the timeout expires. An operation that ignores the abort is abandoned: its lease is revoked. A step that timed
 * out has failed, whatever the operation reports. Never throws.
 */
export const actStep = async (
  { operation, plan, source }: PendingAct,
  { change, clock, timeoutMs = defaultMs, output, sent }: ActParts,
  signal: AbortSignal,
): Promise<ActOutcome> => {
  const limitMs = Math.min(timeoutMs, longestMs);
  const deadline = clock.deadline(limitMs);
  const stop = AbortSignal.any([signal, deadline.signal]);
  const lease = createLease(change);
  const over = new AbortController();
  const left = Promise.withResolvers<'left'>();
  const leave = (): void => void clock.sleep(graceMs, over.signal).then(() => left.resolve('left'));
  if (stop.aborted) leave();
  stop.addEventListener('abort', leave, { once: true });
  const answered: AnsweredCall[] = [];
  const made: Record<string, string> = {};
  const maskLines = createOutputLines();
  const ended = (outcome: ActOutcome): ActOutcome => {
    const isLate = deadline.signal.aborted && !signal.aborted;
    const result = isLate ? { ok: false, result: timeoutText(limitMs, sent()) } : outcome;
    return Object.keys(made).length === 0 ? result : { ...result, made };
  };
  let events: AsyncIterator<ActEvent> | undefined;
  try {
    events = operation.act(plan, lease.io, stop)[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([events.next(), left.promise]);
      if (next === 'left')
        return ended({
          ok: false,
          result: 'the action did not stop when canceled, so the outcome is unknown: check the target',
        });
      if (next.done === true) return ended(resultOf(answered));
      if (next.value.is === 'answered') answered.push(next.value);
      if (next.value.is === 'made') made[next.value.key] = next.value.value;
      // Data events are for verification; their text arrives as output.
      if (next.value.is === 'found') continue;
      const text = maskLines(actEventText(next.value));
      if (text !== undefined) await output(text);
    }
  } catch (error) {
    const { message } = toFault(source, plan.use, error, clock.now());
    return ended({ ok: false, result: message, error });
  } finally {
    lease.end();
    over.abort();
    // With it, Node would keep the step and all of its events until the run has ended.
    stop.removeEventListener('abort', leave);
    deadline.clear();
    // Not awaited: an abandoned operation ends whenever it does.
    void Promise.resolve(events?.return?.()).catch(() => {});
  }
};
