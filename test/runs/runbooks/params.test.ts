import { expect, test } from 'vitest';
import type { ParamSpec, Runbook } from '../../../src/domain/runbooks/runbook.ts';
import { choicesOf } from '../../../src/expressions/choices.ts';
import { checkParams, parseValue } from '../../../src/runs/runbooks/params.ts';
import { breaker, fault, noon, snapshotWith } from '../../support/made-facts.ts';

const runbook = (...params: readonly ParamSpec[]): Runbook => ({
  id: 'test',
  title: 'test',
  covers: [],
  params,
  diagnose: [],
  act: [],
  verify: [],
  position: { file: 'test.yaml', line: 1, col: 1 },
});
const name: ParamSpec = { name: 'name', type: 'choice', from: 'breakers.name' };
const openOnes: ParamSpec = { ...name, where: 'state = open' };
const two = snapshotWith({
  breakers: [
    breaker('psp', { state: 'open' }),
    breaker('stock'),
    breaker('psp', { instance: 'bus-1', state: 'closed' }),
  ],
});
const timedOut = [fault('timeout', 'bus-1 did not answer in 3s')];

test('choices are the distinct facts with their level; a healthy one is doubtful while another is critical', () => {
  expect(choicesOf(name, two)).toEqual({
    choices: ['psp', 'stock'],
    about: { psp: 'bus-0 · open, and 1 more', stock: 'bus-0 · closed' },
    levels: { psp: 'crit', stock: 'ok' },
    doubts: { stock: 'healthy, while psp is critical' },
  });
  expect(choicesOf(openOnes, two)).toMatchObject({ choices: ['psp'], about: { psp: 'bus-0 · open' } });
  expect(choicesOf({ ...name, where: 'state = half-open' }, two)).toEqual({ choices: [] });
  expect(choicesOf({ name: 'to', type: 'choice', of: ['a', 'b', 'a'] }, two)).toEqual({
    choices: ['a', 'b'],
  });
});

test.each([
  [
    'its source failed',
    snapshotWith({ breakers: [] }, { faults: timedOut }),
    'unavailable: breakers unavailable: bus-1 did not answer in 3s',
  ],
  ['no source provides it', snapshotWith({}), 'unavailable: no source provides breakers'],
  [
    'no source has answered yet',
    snapshotWith({}, { waiting: ['breakers'] }),
    'unavailable: breakers have not been read yet',
  ],
  [
    'all facts are stale',
    snapshotWith({ breakers: [breaker('psp')] }, { now: noon + 60_000 }),
    'unavailable: some breakers have an unknown state, so choices may be missing',
  ],
])('there are no choices when %s', (_, snapshot, problem) => {
  expect(choicesOf(name, snapshot)).toEqual({ problem });
  expect(checkParams(runbook(name), { name: 'psp' }, snapshot)).toMatchObject({
    ok: false,
    problems: [{ name: 'name', what: `choices of name: ${problem}`, missing: false }],
  });
});

test('known values can be chosen while others are unavailable', () => {
  const partly = snapshotWith({ breakers: [breaker('psp')] }, { faults: timedOut });
  expect(checkParams(runbook(name), { name: 'psp' }, partly)).toEqual({ ok: true, values: { name: 'psp' } });
  expect(checkParams(runbook(name), { name: 'stock' }, partly)).toMatchObject({
    problems: [
      {
        what: '"stock" is not a choice. Valid: psp (some breakers unavailable: bus-1 did not answer in 3s)',
      },
    ],
  });
});

test('a `where` with an unknown result offers no choices', () => {
  const vague = snapshotWith({ breakers: [breaker('psp', { state: 'unknown' })] });
  expect(choicesOf(openOnes, vague)).toEqual({
    problem: 'unavailable: some breakers have an unknown state, so choices may be missing',
  });
});

const int: ParamSpec = { name: 'n', type: 'int', min: 1, max: 10 };
const text: ParamSpec = { name: 'n', type: 'string', pattern: '[a-z]+-\\d' };

test.each([
  [int, '5', 5],
  [int, '10', 10],
  [{ ...int, default: 3 }, undefined, 3],
  [{ name: 'n', type: 'boolean' }, 'true', true],
  [{ name: 'n', type: 'boolean', default: false }, undefined, false],
  [{ name: 'n', type: 'duration' }, '1m30s', '1m30s'],
  [text, 'api-3', 'api-3'],
  [{ name: 'n', type: 'string' }, '${param.x}; rm -rf "/"', '${param.x}; rm -rf "/"'],
  [{ name: 'n', type: 'choice', of: ['a', 'b'], default: 'b' }, undefined, 'b'],
] as const)('%j takes %j as %j', (spec, given, value) => {
  expect(checkParams(runbook(spec), given === undefined ? {} : { n: given }, two)).toEqual({
    ok: true,
    values: { n: value },
  });
});

test.each([
  [int, undefined, 'the value is missing: a whole number from 1 to 10', true],
  [{ name: 'n', type: 'choice', of: ['a', 'b'] }, undefined, 'the value is missing: choose from a, b', true],
  [{ name: 'n', type: 'boolean' }, undefined, 'the value is missing: true or false', true],
  [{ name: 'n', type: 'string' }, undefined, 'the value is missing: text', true],
  [int, '0', '0 is less than the minimum 1. Write a whole number from 1 to 10', false],
  [int, '11', '11 is more than the maximum 10. Write a whole number from 1 to 10', false],
  [int, '5.5', '"5.5" is not a whole number from 1 to 10', false],
  [int, '', 'the value is empty. Write a whole number from 1 to 10', false],
  [int, '1e1', '"1e1" is not a whole number from 1 to 10', false],
  [{ name: 'n', type: 'boolean' }, 'yes', '"yes" is not a boolean. Write true or false', false],
  [{ name: 'n', type: 'duration' }, '30', '"30" is not a duration. Write 30s, 5m or 1h30m', false],
  [{ name: 'n', type: 'duration' }, '', 'the value of the parameter is empty. Write 30s, 5m or 1h30m', false],
  [text, '', 'the value of the parameter is empty: text in the format of this parameter', false],
  [text, 'api-3x', '"api-3x" is not accepted: text in the format of this parameter', false],
  [text, 'xx api-3', '"xx api-3" is not accepted: text in the format of this parameter', false],
  [
    { name: 'n', type: 'string', pattern: '(a+)+' },
    'a',
    'the pattern in the profile is invalid: a repetition inside a repeated group can backtrack without end. Repeat only one of them',
    false,
  ],
  [{ name: 'n', type: 'string' }, 'a\nb', 'the value contains control characters. Remove them', false],
  ...(
    [
      ['adm\u200bin', 'U+200B'],
      ['admin\u00ad', 'U+00AD'],
      ['\u3164', 'U+3164'],
      ['admin\u{e0041}', 'U+E0041'],
      ['a\u202eb', 'U+202E'],
      ['a\u2060b', 'U+2060'],
      ['admin\ufe0f', 'U+FE0F'],
      ['a\u200db', 'U+200D'],
      ['a\u2028b', 'U+2028'],
    ] as const
  ).map(
    ([value, point]) =>
      [
        { name: 'n', type: 'string' },
        value,
        `the value contains the invisible character ${point}. Remove it`,
        false,
      ] as const,
  ),
  [{ name: 'n', type: 'choice', of: ['a', 'b'] }, 'c', '"c" is not a choice. Did you mean a?', false],
] as const)('%j does not take %j: %s', (spec, given, what, missing) => {
  expect(checkParams(runbook(spec), given === undefined ? {} : { n: given }, two)).toMatchObject({
    ok: false,
    problems: [{ name: 'n', what, missing }],
  });
});

test('reports an unknown parameter', () => {
  expect(checkParams(runbook(int), { n: '1', nn: '2' }, two)).toMatchObject({
    ok: false,
    problems: [{ name: 'nn', what: 'no parameter is called nn. Did you mean n?', missing: false }],
  });
  expect(checkParams(runbook(), { x: '1' }, two)).toMatchObject({
    problems: [{ what: 'this runbook takes no parameters: remove --param' }],
  });
});

test('reports all errors at once, in the order of the runbook', () => {
  const found = checkParams(runbook(name, int), { n: 'x' }, two);
  expect(found).toMatchObject({
    ok: false,
    problems: [
      { name: 'name', missing: true },
      { name: 'n', missing: false },
    ],
  });
});

test.each(['grün', 'naïve ✓', '⚠️ restart', '👩‍🚒👍🏽', '1️⃣ first', 'שלום', 'a\u00a0b'])(
  'takes what can be seen: %s',
  (value) => {
    expect(parseValue(value, { name: 'n', title: 'N', type: 'string' })).toEqual({ value });
  },
);
