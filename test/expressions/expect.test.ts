import { expect, test } from 'vitest';
import type { OperationResult } from '../../src/domain/operation.ts';
import type { ExpectedResult } from '../../src/domain/runbook.ts';
import { expectedValueProblem, judgeExpectation } from '../../src/expressions/expect.ts';

const waiting: OperationResult = {
  rows: [
    { pid: 17, state: 'active', share: 99.7, since: null },
    { pid: 18, state: 'idle', share: 1, since: null },
    { pid: 19, state: 'idle', share: 1, since: null },
  ],
};
const answer: OperationResult = {
  status: 200,
  json: { details: { state: 'up' }, items: [{ n: 3 }], none: null },
  text: 'ok',
};
const program: OperationResult = { status: 0, text: 'in sync\nlag 42\n' };

test.each<[ExpectedResult, OperationResult, string, string]>([
  [{ rows: '= 0' }, waiting, 'false', 'rows 3, expected = 0'],
  [{ rows: '= 0' }, { rows: [] }, 'true', 'rows 0'],
  [{ rows: '>= 1' }, waiting, 'true', 'rows 3'],
  [{ rows: '= 0' }, answer, 'unknown', 'the answer contains no rows'],
  [{ value: '17' }, waiting, 'true', 'pid 17'],
  [{ value: '> 17' }, waiting, 'false', 'pid 17, expected > 17'],
  [{ column: 'share', value: '>= 99.5' }, waiting, 'true', 'share 99.7'],
  [{ column: 'state', value: 'idle' }, waiting, 'false', 'state active, expected idle'],
  [{ column: 'state', value: '!= idle' }, waiting, 'true', 'state active'],
  [{ column: 'state', value: '> 5' }, waiting, 'unknown', 'state active cannot be compared with > 5'],
  [{ column: 'since', value: '> 5' }, waiting, 'unknown', 'since has no value'],
  [
    { column: 'stat', value: 'idle' },
    waiting,
    'unknown',
    'no column is called stat; columns: pid, state, share, since',
  ],
  [{ value: '0' }, { rows: [] }, 'unknown', 'the answer contains no row'],
  [{ value: '< 50' }, { text: ' 42 \n' }, 'true', 'output 42'],
  [{ value: '0' }, { rows: [{ n: '' }] }, 'false', 'n , expected 0'],
  [{ status: 200 }, answer, 'true', 'status 200'],
  [{ status: 204 }, answer, 'false', 'status 200, expected 204'],
  [{ status: 0 }, { text: '' }, 'unknown', 'the answer has no status'],
  [{ json: { 'details.state': 'up' } }, answer, 'true', 'details.state up'],
  [{ json: { 'details.state': 'down' } }, answer, 'false', 'details.state up, expected down'],
  [{ json: { 'items.0.n': 3, none: null } }, answer, 'true', 'items.0.n 3 and none null'],
  [{ json: { 'items.0.n': '3' } }, answer, 'false', 'items.0.n 3, expected 3'],
  [{ json: { 'items.0.n': '= 3' } }, answer, 'true', 'items.0.n 3'],
  [{ json: { 'items.0.n': '> 3' } }, answer, 'false', 'items.0.n 3, expected > 3'],
  [{ json: { 'details.state': '!= up' } }, answer, 'false', 'details.state up, expected != up'],
  [{ json: { details: '= up' } }, answer, 'unknown', 'details has no value'],
  [{ json: { 'details.toString': 'x' } }, answer, 'unknown', 'details.toString is missing'],
  [{ json: { state: 'up' } }, program, 'unknown', 'the answer is not JSON'],
  [{ json: { version: '0.1.0' } }, { text: '{"version":"0.1.0"}\n' }, 'true', 'version 0.1.0'],
  [{ json: { version: '0.1.0' } }, { text: '{"version":"0.1' }, 'unknown', 'the answer is not JSON'],
  [{ matches: '^lag \\d+$' }, program, 'true', 'lag 42'],
  [{ matches: '^late' }, program, 'false', 'no line matches ^late: in sync\nlag 42'],
  [
    { matches: 'z$' },
    { text: 'a'.repeat(5000) },
    'unknown',
    'no line matches z$ within its first 4,096 characters',
  ],
  [{ matches: 'x' }, waiting, 'unknown', 'the answer contains no text'],
  [{ status: 0, matches: 'lag' }, program, 'true', 'status 0 and lag 42'],
  [{ status: 200, json: { gone: 1 }, matches: 'no' }, answer, 'false', 'no line matches no: ok'],
])('%j of %j is %s: %s', (wanted, found, value, why) => {
  expect(judgeExpectation(wanted, found)).toEqual({ value, why });
});

test.each([
  ['on', undefined],
  ['2026-03-04', undefined],
  ['>= 5', undefined],
  [
    '>= five',
    '">= five" is not a bound; a word can only be compared with = or !=; write "= five" or "!= five"',
  ],
])('as a value, %s has the problem %s', (text, problem) => {
  expect(expectedValueProblem(text)).toBe(problem);
});

test('a program that ended and wrote nothing has said nothing; without a status nothing is known', () => {
  expect(judgeExpectation({ value: '' }, { status: 0 })).toMatchObject({ value: 'true' });
  expect(judgeExpectation({ value: '' }, { status: 0, text: '/var/log/old.log\n' })).toMatchObject({
    value: 'false',
  });
  expect(judgeExpectation({ value: '' }, {})).toMatchObject({ value: 'unknown' });
});

test.each<[string, string, string, string]>([
  ['> 0', 'in sync\nlag 43', 'true', 'lag 43 and output 43, before the action 42'],
  ['> 0', 'in sync\nlag 42', 'false', 'output 42, before the action 42: expected change > 0'],
  ['= 1', 'in sync\nlag 44', 'false', 'output 44, before the action 42: expected change = 1'],
  ['any', 'in sync', 'false', 'no line matches ^lag (\\d+)$: in sync'],
])('a change %s of what a group matches, in %j: %s', (change, text, value, why) => {
  expect(judgeExpectation({ matches: '^lag (\\d+)$', change }, { status: 0, text }, program)).toEqual({
    value,
    why,
  });
});
