import { expect, test } from 'vitest';
import { createRunEventPrinter, runEventLines } from '../../src/cli/run/run-lines.ts';

const at = { at: 0, run: 'r1', event: 'ticked', step: 'a2' } as const;

test.each([
  [{ ...at, done: true }, 'a2  marked as done'],
  [{ ...at, done: false }, 'a2  not done'],
  [{ ...at, done: true, ask: true }, 'a2  continued'],
  [{ ...at, done: false, ask: true }, 'a2  stopped here'],
] as const)('prints the answer %j in the words of the question', (event, line) => {
  expect(runEventLines(event)).toEqual([line]);
});

test('a live run prints what changed before its ending; a record begins with its ending', () => {
  const ended = {
    at: 0,
    run: 'r1',
    event: 'ended',
    ending: 'executed-not-recovered',
    why: 'Lag below 1,000: not met',
    sent: [],
    changes: [
      { object: 'billing', value: '', before: '2 replicas', after: '3 replicas' },
      { object: 'lag billing-events p0', value: 'lag', before: '48,210', after: '48,210' },
      { object: 'Sessions', value: 'rows', before: '37', after: null },
    ],
  } as const;
  const changes = [
    'changes',
    '  billing: 2 replicas → 3 replicas',
    '  lag billing-events p0 lag unchanged: 48,210 → 48,210',
    '  Sessions rows: 37 → –',
  ];
  const ending = 'EXECUTED, NOT RECOVERED: Lag below 1,000: not met';
  expect(createRunEventPrinter()(ended)).toEqual([...changes, ending]);
  expect(runEventLines(ended)).toEqual([ending, ...changes.map((line) => `  ${line}`)]);
});
