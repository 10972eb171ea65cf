import { expect, test } from 'vitest';
import type { ParamSpec } from '../../src/domain/runbooks/runbook.ts';
import { segmentMatcher } from '../../src/domain/text/glob-segment.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { judgeExpectation } from '../../src/expressions/expect.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { compileLevelPatterns, matchLevel } from '../../src/logs/format/head-reader.ts';
import { runGuarded } from '../../src/platform/runtime/run-guarded.ts';
import { parseValue } from '../../src/runs/runbooks/params.ts';
import { describeUnmet } from '../../src/sources/kit/contract/expectation.ts';
import { compileViewFilter } from '../../src/sources/kit/counting/line-count.ts';
import { applyFilter } from '../../src/ui/shell/filter/filter.ts';
import { filterHighlighter } from '../../src/ui/shell/filter/highlighter.ts';
import { health, noon, snapshotWith } from '../support/made-facts.ts';

const long = 'a'.repeat(60_000);
/** Patterns with catastrophic backtracking on this text. */
const hostile = ['(a+)+$', '(a+)+0$|(a)b', '.*.*.*.*.*=', '\\w+\\w+\\w+\\w+\\w+='];
/** Patterns that a profile accepts: it rejects a repetition inside a repeated group. */
const accepted = hostile.slice(2);
const timeoutMs = 20_000;

/** The result of some work, or 'timeout'. */
const ended = <T>(work: () => T): T | 'timeout' => {
  const results: T[] = [];
  return runGuarded(() => void results.push(work()), timeoutMs) === 'done' ? (results[0] as T) : 'timeout';
};

test.each(hostile)('expect: { text: %j } on a body of 60 KB', (text) => {
  const answer = { status: 200, headers: {}, text: `${long}!`, json: () => ({}), url: '', latencyMs: 1 };
  expect(ended(() => describeUnmet({ text }, answer))).toBe(
    `the body of the response does not match /${text}/`,
  );
});

test('a backtracking pattern that takes too long makes the check unknown', () => {
  const answer = { status: 200, headers: {}, text: `${long}!`, json: () => ({}), url: '', latencyMs: 1 };
  expect(() => describeUnmet({ text: '(?=a)(a+)+$' }, answer)).toThrow(/takes too long on this text/);
});

test.each(accepted)('matches: %j on the result of an operation', (matches) => {
  const outcome = { text: `${'a'.repeat(4000)}!\n`.repeat(15) };
  expect(ended(() => judgeExpectation({ matches }, outcome).value)).toBe('false');
});

test.each(accepted)('pattern: %j of a parameter', (pattern) => {
  const value = 'a'.repeat(4096);
  expect(ended(() => parseValue(value, { title: 'P', type: 'string', pattern } as ParamSpec))).toEqual({
    what: `"${value}" is not accepted: text in the format of this parameter`,
  });
});

test.each(accepted)('when … matches /%s/', (pattern) => {
  const parsed = parseExpression(`any(health | detail matches /${pattern}/i)`);
  const snapshot = snapshotWith({ health: [health('api', { detail: 'a'.repeat(4096) })] });
  if (!parsed.ok) throw new Error(parsed.message);
  expect(ended(() => evaluateExpression(parsed.expression, snapshot, { now: noon }).value)).toBe('false');
});

test.each(accepted)('include: %j of a log view, with a level', (pattern) => {
  const view = { name: 'v', include: [pattern], exclude: [], covers: [], ignoreCase: true };
  expect(ended(() => compileViewFilter(view, {})(long))).toBe(false);
  const bytes = Buffer.from(long);
  const levels = compileLevelPatterns({ error: pattern });
  expect(ended(() => matchLevel(levels, bytes, 0, bytes.length))).toBe(0);
});

test.each(hostile)('the filter ~%s', (pattern) => {
  const rows = [{ id: '1', text: `${long}!` }] as unknown as Parameters<typeof applyFilter>[0];
  expect(ended(() => applyFilter(rows, `~${pattern}`).rows)).toEqual([]);
  expect(ended(() => filterHighlighter(`~${pattern}`)([{ text: `${long}!`, role: 'plain' }]).length)).toBe(1);
});

test('a glob with many stars on a long name', () => {
  expect(ended(() => segmentMatcher('*a'.repeat(30))(`${'a'.repeat(250)}b`))).toBe(false);
  expect([segmentMatcher('*a*')('.xa'), segmentMatcher('.*a')('.xa'), segmentMatcher('*a*')('xab')]).toEqual([
    false,
    true,
    true,
  ]);
});
