import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import {
  assertEvents,
  type Expectation,
  expectedOf,
  nothing,
  type Words,
} from '../../coverage/support/expectations.ts';

const title = 'The database answers';
const echo = 'SELECT 1 AS answer';

const diagnosedBy = (lines: readonly string[], faults: readonly string[] = []): readonly RunEvent[] => [
  {
    ...{ event: 'diagnosed', run: 'r', at: 0 },
    found: {
      ...{ step: 'd1', title, lines, done: true },
      faults: faults.map((message) => ({ kind: 'denied', source: 'pg', message, at: 0 })),
    },
  },
];
const actedBy = (result: string): readonly RunEvent[] => [
  { event: 'acted', run: 'r', at: 0, step: 'a1', ok: true, result },
];
const given = (expectation: Expectation, events: readonly RunEvent[]) => () =>
  assertEvents(expectation, events);

const answered = ['1', `${echo} → 1 row in 0 ms`];

test('an expectation of a diagnosis fails on the echoed statement, on no output and on a refusal', () => {
  const d1: Words = /^1$/m;
  expect(given({ diagnose: { d1 } }, diagnosedBy(answered))).not.toThrow();
  for (const lines of [[echo], [], [`${echo} → denied: HTTP 403: forbidden`]])
    expect(given({ diagnose: { d1 } }, diagnosedBy(lines)), lines.join()).toThrow();
});

test('an expectation that the echo, the title or a refusal would meet fails although the step has answered', () => {
  for (const words of [/\b1\b/, /^/, /SELECT 1/, /./])
    expect(given({ diagnose: { d1: words } }, diagnosedBy(answered)), String(words)).toThrow(/shows nothing/);
  // Of several patterns one is enough.
  expect(given({ diagnose: { d1: [/SELECT 1/, /1 row/] } }, diagnosedBy(answered))).not.toThrow();
});

test('an expectation of an expression names its answer', () => {
  const events = diagnosedBy(['true: lag is 12']);
  expect(given({ diagnose: { d1: /^true: lag is 12/ } }, events)).not.toThrow();
  expect(given({ diagnose: { d1: /lag is 12/ } }, events)).toThrow(/shows nothing/);
});

test('every output of the diagnosis has an expectation, also one without a line, which no fault explains', () => {
  expect(given({}, diagnosedBy(answered))).toThrow(/every output/);
  expect(given({ diagnose: { d1: nothing } }, diagnosedBy([]))).not.toThrow();
  expect(given({ diagnose: { d1: nothing } }, diagnosedBy([], ['forbidden']))).toThrow();
  expect(
    given({ diagnose: { d1: /connection refused/ } }, diagnosedBy([], ['connection refused'])),
  ).not.toThrow();
});

test('what the simulator or a source does not have fails an exercise, whatever is expected', () => {
  for (const text of ['ERROR 0A000: not supported by the simulator', 'service has no feed breakers now'])
    expect(given({ diagnose: { d1: /\w/ } }, diagnosedBy([text]))).toThrow(/nothing answers/);
});

test('an expectation of an action fails on its echo, too', () => {
  const events = actedBy('POST http://a/restart → 204 No Content');
  expect(given({ acts: { a1: /restart → 204/ } }, events)).not.toThrow();
  expect(given({ acts: { a1: /restart/ } }, events)).toThrow(/shows nothing/);
});

test('what belongs to all exercises of a runbook is part of each, and its own comes first', () => {
  const all = {
    deploy: { diagnose: { c1: /a/, c2: /b/ } },
    'deploy of shop/dev': { diagnose: { c2: /c/ } },
    'deploy of shop/dev, healthy': { diagnose: { c3: /d/ }, holds: ['v1'] },
  };
  expect(expectedOf(all, 'deploy of shop/dev, healthy')).toEqual({
    diagnose: { c1: /a/, c2: /c/, c3: /d/ },
    holds: ['v1'],
  });
  expect(expectedOf(all, 'deploy of shop/production, healthy').diagnose).toEqual({ c1: /a/, c2: /b/ });
});
