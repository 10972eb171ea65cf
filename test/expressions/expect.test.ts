import { expect, test } from 'vitest';
import type { OperationResult } from '../../src/domain/runbooks/operation.ts';
import type { ExpectedResult } from '../../src/domain/runbooks/runbook.ts';
import { comparedWithParam, expectedValueProblem, judgeExpectation } from '../../src/expressions/expect.ts';

const sessionRows: OperationResult = {
  rows: [
    { pid: 17, state: 'active', share: 99.7, since: null },
    { pid: 18, state: 'idle', share: 1, since: null },
    { pid: 19, state: 'idle', share: 1, since: null },
  ],
};
const response: OperationResult = {
  status: 200,
  json: { details: { state: 'up' }, items: [{ n: 3 }], none: null },
  text: 'ok',
};
const output: OperationResult = { status: 0, text: 'in sync\nlag 42\n' };

test.each<[ExpectedResult, OperationResult, string, string]>([
  [{ rows: '= 0' }, sessionRows, 'false', 'rows 3, expected = 0'],
  [{ rows: '= 0' }, { rows: [] }, 'true', 'rows 0'],
  [{ rows: '>= 1' }, sessionRows, 'true', 'rows 3'],
  [
    { rows: '= 0' },
    response,
    'unknown',
    'the result of the operation has no rows, so there is nothing to check',
  ],
  [{ value: '17' }, sessionRows, 'true', 'pid 17'],
  [{ value: '> 17' }, sessionRows, 'false', 'pid 17, expected > 17'],
  [{ column: 'share', value: '>= 99.5' }, sessionRows, 'true', 'share 99.7'],
  [{ column: 'state', value: 'idle' }, sessionRows, 'false', 'state active, expected idle'],
  [{ column: 'state', value: '!= idle' }, sessionRows, 'true', 'state active'],
  [{ column: 'state', value: '> 5' }, sessionRows, 'unknown', 'state active cannot be compared with > 5'],
  [{ column: 'since', value: '> 5' }, sessionRows, 'unknown', 'the result has no value for since'],
  [
    { column: 'stat', value: 'idle' },
    sessionRows,
    'unknown',
    'the result has no column stat. Write one of the columns pid, state, share, since',
  ],
  [{ value: '0' }, { rows: [] }, 'unknown', 'the query returned no row, so there is no value to check'],
  [{ value: '< 50' }, { text: ' 42 \n' }, 'true', 'output 42'],
  [{ value: '0' }, { rows: [{ n: '' }] }, 'false', 'n , expected 0'],
  [{ status: 200 }, response, 'true', 'status 200'],
  [{ status: 204 }, response, 'false', 'status 200, expected 204'],
  [{ status: 0 }, { text: '' }, 'unknown', 'the result has no status. Remove status from expect'],
  [{ json: { 'details.state': 'up' } }, response, 'true', 'details.state up'],
  [{ json: { 'details.state': 'down' } }, response, 'false', 'details.state up, expected down'],
  [{ json: { 'items.0.n': 3, none: null } }, response, 'true', 'items.0.n 3 and none null'],
  [{ json: { 'items.0.n': '3' } }, response, 'false', 'items.0.n 3, expected 3'],
  [{ json: { 'items.0.n': '= 3' } }, response, 'true', 'items.0.n 3'],
  [{ json: { 'items.0.n': '> 3' } }, response, 'false', 'items.0.n 3, expected > 3'],
  [{ json: { 'details.state': '!= up' } }, response, 'false', 'details.state up, expected != up'],
  [{ json: { details: '= up' } }, response, 'unknown', 'the result has no value for details'],
  [{ json: { 'details.toString': 'x' } }, response, 'unknown', 'details.toString is missing'],
  [
    { json: { state: 'up' } },
    output,
    'unknown',
    'the result is not JSON. Remove json: from expect, or use matches',
  ],
  [{ json: { version: '0.1.0' } }, { text: '{"version":"0.1.0"}\n' }, 'true', 'version 0.1.0'],
  [
    { json: { version: '0.1.0' } },
    { text: '{"version":"0.1' },
    'unknown',
    'the result is not JSON. Remove json: from expect, or use matches',
  ],
  [{ matches: '^lag \\d+$' }, output, 'true', 'lag 42'],
  [{ matches: '^late' }, output, 'false', 'no line matches ^late: in sync\nlag 42'],
  [
    { matches: 'z$' },
    { text: 'a'.repeat(5000) },
    'unknown',
    'no line matches z$ within the first 4,096 characters',
  ],
  [
    { matches: 'x' },
    sessionRows,
    'unknown',
    'the result contains no text to match. Remove matches from expect',
  ],
  [{ status: 0, matches: 'lag' }, output, 'true', 'status 0 and lag 42'],
  [{ status: 200, json: { gone: 1 }, matches: 'no' }, response, 'false', 'no line matches no: ok'],
])('%j of %j is %s: %s', (expected, result, value, why) => {
  expect(judgeExpectation(expected, result)).toEqual({ value, why });
});

test.each([
  ['on', undefined],
  ['2026-03-04', undefined],
  ['>= 5', undefined],
  [
    '>= five',
    '">= five" is not a limit. A word can only be compared with = or !=. Write "= five" or "!= five"',
  ],
])('problem of the expected value %s: %s', (text, problem) => {
  expect(expectedValueProblem(text)).toBe(problem);
});

test('a program that exits without output has an empty value; without a status it is unknown', () => {
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
])('a change %s of a captured group in %j: %s', (change, text, value, why) => {
  expect(judgeExpectation({ matches: '^lag (\\d+)$', change }, { status: 0, text }, output)).toEqual({
    value,
    why,
  });
});

test.each<[ExpectedResult, OperationResult, string | undefined]>([
  [{ value: 'LEVEL=${param.level}' }, { rows: [{ line: 'LEVEL=debug' }] }, 'debug'],
  [{ value: 'LEVEL=${param.level}' }, { rows: [{ line: 'level debug' }] }, 'level debug'],
  [{ value: '${param.level} MB' }, { rows: [{ line: '512 MB' }] }, '512'],
  [{ value: '${param.level} MB' }, { rows: [{ line: '512 kB' }] }, '512 kB'],
  [{ value: '${param.size}' }, { rows: [{ line: '512' }] }, undefined],
  [{ json: { 'details.state': '= ${param.level}' } }, response, 'up'],
])('%j compares the parameter with what %j has: %s', (expected, result, value) => {
  expect(comparedWithParam(expected, 'level', result)).toBe(value);
});

test('an empty value is no other state', () => {
  expect(judgeExpectation({ value: '!= down' }, { text: '', status: 0 })).toEqual({
    value: 'unknown',
    why: 'output is empty',
  });
  expect(judgeExpectation({ column: 's', value: '!= down' }, { rows: [{ s: ' ' }] }).value).toBe('unknown');
  expect(judgeExpectation({ json: { state: '!= down' } }, { json: { state: '' } }).value).toBe('unknown');
  expect(judgeExpectation({ json: { state: '!= down' } }, { json: { state: 'up' } }).value).toBe('true');
});

test.each<[object, string]>([
  [{ hits: { total: 0 }, _shards: { total: 5, failed: 2 } }, '2 shards failed'],
  [
    { hits: { total: 0 }, timed_out: true, _shards: { failed: 0 } },
    'the server ran out of time before everything was read',
  ],
  [{ hits: { total: 0 }, isPartial: true }, 'some of the stores behind the server did not answer'],
  [{ hits: { total: 0 }, status: 'success', warnings: ['store-2: timeout'] }, 'store-2: timeout'],
  [{ hits: { total: 0 }, data: null, errors: [{ message: 'x' }] }, 'the answer has errors beside the data'],
  [{ hits: { total: 0 }, metadata: { continue: 'abc' } }, 'the answer is only one page of several'],
])('a document that says itself that it is partial proves nothing: %j', (json, why) => {
  expect(judgeExpectation({ json: { 'hits.total': 0 } }, { json })).toEqual({
    value: 'unknown',
    why: `the server returned only a part of the result: ${why}`,
  });
});

test('a whole document with the same fields counts', () => {
  const json = { hits: { total: 0 }, timed_out: false, _shards: { failed: 0 }, metadata: { continue: '' } };
  expect(judgeExpectation({ json: { 'hits.total': 0 } }, { json }).value).toBe('true');
});
