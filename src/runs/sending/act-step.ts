import { formatDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { ActEvent, OperationCall } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { createLease } from '../../doors/lease.ts';
import type { Clock } from '../../platform/clock.ts';
import { toFault } from '../../platform/to-fault.ts';
import { whenAborted } from '../../scheduler/call-with-deadline.ts';
import type { PendingAct } from '../pending-run.ts';

/** What the answers of a step named, by key: ids of what it made. */
export type CreatedIds = Readonly<Record<string, string>>;

const reference = /^\$\{made\.([\w-]+)\}$/;

/** The same call with `${made.KEY}` replaced by what the act has told; undefined when it told nothing of a key. */
export const withCreatedIds = (call: OperationCall, made: CreatedIds): OperationCall | undefined => {
  let whole = true;
  const bound = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bound);
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, bound(held)]));
    const key = typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
    if (key === undefined) return value;
    whole &&= Object.hasOwn(made, key);
    return made[key];
  };
  const values = Object.fromEntries(Object.entries(call.with).map(([name, value]) => [name, bound(value)]));
  return whole ? { ...call, with: values } : undefined;
};

/** A step that says nothing else: a call that never ends must not keep a run open for ever. */
const defaultMs: Millis = 5 * 60_000;
/** No single step goes on for longer, whatever it says. */
const longestMs: Millis = 2 * 60 * 60_000;
/**
 * What an operation gets, after its signal has aborted, to end what it began and say so: more than a program on another
 * host gets until it is killed there, with the connection that this takes.
 */
const graceMs: Millis = 8000;

interface ActOutcome {
  readonly ok: boolean;
  /** What came back, in words. */
  readonly result: string;
  /** What the answers named, by key; absent when they named nothing. */
  readonly made?: CreatedIds;
  /** What it threw, when it did. */
  readonly error?: unknown;
}

/** How one step is carried out. */
interface ActParts {
  readonly change: ChangeIo;
  readonly clock: Clock;
  /** After that long it is ended; at most two hours. Default 5 min. */
  readonly timeoutMs?: Millis;
  output(text: string): Promise<unknown>;
  /** What has left for this step so far, in words: told when its time has run out. */
  sent(): readonly string[];
}

const resultOf = (answered: readonly Extract<ActEvent, { is: 'answered' }>[]): ActOutcome => {
  const bad = answered.filter(({ ok }) => !ok);
  const said = (bad.length > 0 ? bad : answered).map(({ line, status }) => `${line} → ${status}`);
  const of =
    answered.length > 1 ? `${answered.length - bad.length} of ${answered.length} calls succeeded: ` : '';
  return { ok: bad.length === 0, result: said.length === 0 ? 'done' : of + said.join('; ') };
};

/** One event of an act, as a line to read. */
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

/** What is said of a step whose time has run out, with how its calls came out. */
const overtime = (limitMs: Millis, sent: readonly string[]): string =>
  [`timed out after ${formatDuration(limitMs)}`, sent.join('; ')].filter((part) => part !== '').join(': ');

/**
 * Carries out one planned step through a lease that ends with it. Ends when the operation does, when the signal
 * aborts (an operation that ignores it is left behind, without a door) or when its time has run out: then it has not
 * succeeded, whatever it says. Never throws.
 */
export const actStep = async (
  { operation, plan, source }: PendingAct,
  { change, clock, timeoutMs = defaultMs, output, sent }: ActParts,
  signal: AbortSignal,
): Promise<ActOutcome> => {
  const limitMs = Math.min(timeoutMs, longestMs);
  const deadline = clock.deadline(limitMs);
  const stop = AbortSignal.any([signal, deadline.signal]);
  const lent = createLease(change);
  const over = new AbortController();
  const left = whenAborted(stop)
    .then(() => clock.sleep(graceMs, over.signal))
    .then((): 'left' => 'left');
  const answered: Extract<ActEvent, { is: 'answered' }>[] = [];
  const made: Record<string, string> = {};
  const ended = (outcome: ActOutcome): ActOutcome => {
    const isLate = deadline.signal.aborted && !signal.aborted;
    const told = isLate ? { ok: false, result: overtime(limitMs, sent()) } : outcome;
    return Object.keys(made).length === 0 ? told : { ...told, made };
  };
  let events: AsyncIterator<ActEvent> | undefined;
  try {
    events = operation.act(plan, lent.io, stop)[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([events.next(), left]);
      if (next === 'left') return ended({ ok: false, result: 'did not stop when canceled; outcome unknown' });
      if (next.done === true) return ended(resultOf(answered));
      if (next.value.is === 'answered') answered.push(next.value);
      if (next.value.is === 'made') made[next.value.key] = next.value.value;
      // What is found as data is for proofs; its words come as output.
      if (next.value.is !== 'found') await output(actEventText(next.value));
    }
  } catch (error) {
    const { message } = toFault(source, plan.use, error, clock.now());
    return ended({ ok: false, result: message, error });
  } finally {
    lent.end();
    over.abort();
    deadline.clear();
    // An operation that was left behind ends whenever it does; nobody waits for it.
    void Promise.resolve(events?.return?.()).catch(() => {});
  }
};
