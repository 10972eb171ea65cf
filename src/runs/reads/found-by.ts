import type { ActEvent, Found } from '../../domain/operation.ts';
import type { Expect } from '../../domain/runbook.ts';
import { judge } from '../../expressions/expect.ts';
import { allTrue, type Truth } from '../../expressions/truth.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { textOf } from '../sending/act-step.ts';

type Answered = Extract<ActEvent, { is: 'answered' }>;

/** What one call of a reading operation brought. */
interface Brought {
  readonly found: Found;
  /** How it was answered; absent where the operation does not say. */
  readonly answered?: Answered;
}

/** Letters of what a reading says that are kept: a proof is a line or a number, not a log. */
const lettersKept = 262_144;

/** What each call brought: its data, and the lines that it said as its text where the data has none. */
const callsOf = async (events: AsyncIterable<ActEvent>): Promise<readonly Brought[]> => {
  const all: Brought[] = [];
  let found: Found | undefined;
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
      text = text === undefined ? textOf(event) : `${text}\n${textOf(event)}`;
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
const truthOf = (expect: Expect, { found, answered }: Brought, before: Found | undefined): Truth => {
  const truth = judge(expect, found, before, masker.outgoing);
  if (answered === undefined || answered.ok || expect.status !== undefined) return truth;
  const isTold = truth.value === 'false' && (found.json !== undefined || found.rows !== undefined);
  return isTold ? truth : { value: 'unknown', why: textOf(answered) };
};

/** What a reading says, and what each of its calls found. */
export interface Judged {
  readonly truth: Truth;
  readonly found: readonly Found[];
  /** False: some call brought nothing, or an answer that says of itself that it is none. */
  readonly isAnswered: boolean;
}

/**
 * Whether what a reading brought is as expected: of several calls each must be. `before`: what each call found before the
 * act; absent: this is that reading, and nothing has changed yet. Throws what the reading throws.
 */
export const judgeReading = async (
  expect: Expect,
  events: AsyncIterable<ActEvent>,
  before?: readonly Found[],
): Promise<Judged> => {
  const calls = await callsOf(events);
  const found = calls.map((call) => call.found);
  if (calls.length === 0)
    return { truth: { value: 'unknown', why: 'it brought nothing' }, found, isAnswered: false };
  const then = before ?? found;
  return {
    truth: allTrue(calls.map((call, index) => truthOf(expect, call, then[index]))),
    found,
    isAnswered: calls.every(({ answered }) => answered?.ok !== false),
  };
};
