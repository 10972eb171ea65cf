import { expect, test } from 'vitest';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { judgeExpectation } from '../../src/expressions/expect.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import { noon, snapshotWith } from '../support/made-facts.ts';

test('a value that the role may not see makes the whole reading unknown, also a count of rows', () => {
  const answer = { rows: [{ pid: 1, query: '<insufficient privilege>' }] };
  const why = 'query is <insufficient privilege> for this role';
  expect(judgeExpectation({ rows: '<= 1' }, answer)).toEqual({ value: 'unknown', why });
  expect(judgeExpectation({ column: 'pid', value: '1' }, answer)).toEqual({ value: 'unknown', why });
});

test.each([{ rows: [{ n: null }] }, { rows: [] }, {}])('a value of %j is unknown', (answer) => {
  expect(judgeExpectation({ column: 'n', value: '< 5' }, answer).value).toBe('unknown');
  expect(judgeExpectation({ column: 'n', change: 'any' }, answer).value).toBe('unknown');
});

test('no rows are expected only where the runbook says so', () => {
  expect(judgeExpectation({ rows: '= 0' }, { rows: [] }).value).toBe('true');
});

test('a hidden session passes for none: neither its state nor its statement is known', () => {
  const session: DbSession = {
    source: 'pg',
    at: noon,
    database: 'shop',
    pid: 7,
    user: 'app',
    state: '',
    waiting: '',
    blockedBy: [],
    query: '',
  };
  const snapshot = snapshotWith({ sessions: [session] });
  const truthOf = (text: string) => {
    const parsed = parseExpression(text);
    if (!parsed.ok) throw new Error(parsed.message);
    return evaluateExpression(parsed.expression, snapshot, { now: noon }).value;
  };
  expect(truthOf('not any(sessions | state = active)')).toBe('unknown');
  expect(truthOf('not any(sessions | query matches /^UPDATE/)')).toBe('unknown');
  expect(truthOf('any(sessions | pid = 7)')).toBe('true');
});
