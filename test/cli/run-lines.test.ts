import { expect, test } from 'vitest';
import { runEventLines } from '../../src/cli/run/run-lines.ts';

const at = { at: 0, run: 'r1', event: 'ticked', step: 'a2' } as const;

test.each([
  [{ ...at, done: true }, 'a2  marked as done'],
  [{ ...at, done: false }, 'a2  not done'],
  [{ ...at, done: true, ask: true }, 'a2  continued'],
  [{ ...at, done: false, ask: true }, 'a2  stopped here'],
] as const)('prints the answer %j in the words of the question', (event, line) => {
  expect(runEventLines(event)).toEqual([line]);
});
