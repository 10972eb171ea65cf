import { expect, test } from 'vitest';
import { checksInWords } from '../../../src/ui/features/cards/diagnosis-lines.ts';
import { runView } from '../../screens/support/runs.ts';

const check = (title: string, line: string, done = true) => ({ title, lines: [line], faults: [], done });

test('checks without room are counted, and those that do not hold by their answer', () => {
  const run = runView('planning');
  const { runbook } = run;
  const expression = (id: string) => ({ id, title: id, that: 'x < 1' }) as never;
  const asked = { ...runbook, diagnose: ['idle', 'full', 'read'].map(expression) };
  const diagnosis = {
    idle: check('Idle', 'false: members.idle is 0'),
    full: check('Full', 'true: pg.conn is 98 %'),
    read: check('Read', 'unknown: no data'),
    // The output of a program is no answer.
    log: check('Log', 'false alarm'),
  };
  expect(checksInWords({ ...run, runbook: asked, diagnosis })).toBe('4 checks, 1 false, 1 unknown');
  expect(checksInWords({ ...run, runbook: asked, diagnosis: { full: diagnosis.full } })).toBe('1 check');
});
