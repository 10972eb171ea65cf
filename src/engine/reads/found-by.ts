import { judge } from '../../domain/expect.ts';
import { allTrue, type Truth } from '../../domain/expression/truth.ts';
import type { ActEvent, Found } from '../../domain/operation.ts';
import type { Expect } from '../../domain/runbook.ts';
import { textOf } from '../executor/sending/act-step.ts';

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
  take();
  return all;
};

/** An answer that says of itself that it is none proves nothing, unless its status is what was asked for. */
const truthOf = (expect: Expect, { found, answered }: Brought): Truth => {
  const truth = judge(expect, found);
  if (answered === undefined || answered.ok || expect.status !== undefined) return truth;
  const isTold = truth.value === 'false' && (found.json !== undefined || found.rows !== undefined);
  return isTold ? truth : { value: 'unknown', why: textOf(answered) };
};

/** Whether what a reading brought is as expected: of several calls each must be. Throws what the reading throws. */
export const judgeReading = async (expect: Expect, events: AsyncIterable<ActEvent>): Promise<Truth> => {
  const calls = await callsOf(events);
  if (calls.length === 0) return { value: 'unknown', why: 'it brought nothing' };
  return allTrue(calls.map((call) => truthOf(expect, call)));
};
