import { expect, test } from 'vitest';
import { kindsOf, paramsOf, signalIdsOf } from '../../../src/expressions/rows/mentions.ts';
import { parseExpression, parseTest } from '../../../src/expressions/rows/parse.ts';

const parsed = (text: string) => {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(`${result.col}: ${result.message}`);
  return result.expression;
};

test.each([
  'any(breakers | state = open) for 30s',
  'all(breakers[name = "${param.name}"] | state = closed)',
  'all(breakers[name = ${param.name}] | state = closed)',
  'any(pools | active = max and pending > 0)',
  'count(alerts) = 0',
  'count(workloads[kind = pod and namespace in (shop, "kube-system")] | restarts >= 5) > 2',
  'any(workloads | name matches /^api-[0-9]+/i and not (status = Running or status = "OOM Killed"))',
  'alert(PspErrorBudgetBurn) or alert("disk full") for 1m30s',
  'api.latency >= warn and error-rate > 5 and not jvm.memory.used falling',
  '5xx.rate > 0.5 and queue.depth rising',
  '(api.latency > 1000 for 10s) or (any(health | level >= warn))',
  'any(lag[group = billing] | lag > -1 and motion != falling-behind)',
  'any(alerts[labels.team = shop] | state = firing)',
  'count(breakers | state in (open, forced-open)) >= ${param.n}',
  'not not api.latency = crit',
])('%s', (text) => {
  expect(parseExpression(text)).toMatchObject({ ok: true });
});

test.each([
  ['', 1, 'the expression is empty. Write a condition, such as any(health | status = down)'],
  ['any(breaker | state = open)', 5, '"breaker" is not a kind of fact. Did you mean breakers?'],
  ['any(breakers | stat = open)', 16, 'no field is called stat in breakers. Did you mean state?'],
  ['any(breakers[nme = x] | state = open)', 14, 'no field is called nme in breakers. Did you mean name?'],
  ['any(breakers | state == open)', 22, 'unexpected "==". Write ='],
  ['any(breakers | state open)', 22, 'state needs a comparison, found "open". Write one of = != < <= > >='],
  ['any(breakers)', 13, 'expected | in any(breakers | test), found ")". Write | before it'],
  ['any(breakers | state = )', 24, 'state needs a value. Write a number, a word or text in double quotes'],
  ['any(breakers | state = open', 28, ') is missing at the end of any. Write )'],
  ['any(lag | lag > high)', 17, 'lag is a number, and "high" is not. Write a number, such as 5'],
  ['any(health | level >= bad)', 23, '"bad" is not a level. Valid: ok, unknown, warn, crit'],
  ['any(health | level = critt)', 22, '"critt" is not a level. Did you mean crit?'],
  ['any(health | status = dwn)', 23, 'status is never "dwn". Did you mean down?'],
  [
    'lag < 5 for 30s or lag > 9',
    17,
    'or after the time of "for" can be read in two ways. Write brackets: (A for 30s) or B',
  ],
  ['any(sessions | state = blocking)', 24, 'state is never "blocking". Write blocks > 0'],
  ['any(sessions | state = Blocked)', 24, 'state is never "Blocked". Write blockedBy matches /./'],
  ['any(workloads | status = "None ready")', 26, 'status is never "None ready". Write ready = 0'],
  ['any(nodes | status = DiskPressure)', 22, 'status is never "DiskPressure". Write problems = DiskPressure'],
  ['any(health | status != "UP")', 24, 'status is never "UP". Did you mean up?'],
  ['any(health | status in (down, gone))', 31, 'status is never "gone". Valid: up, degraded, down, unknown'],
  ["any(breakers | name = 'psp')", 23, 'unexpected single quote. Put the text in double quotes: "…"'],
  ['any(breakers | name = "psp)', 23, 'the quoted text is not closed. Add " at the end'],
  [
    'any(breakers | name = "a-${param.x}")',
    23,
    'a parameter cannot be part of a text. Write "${param.NAME}" alone',
  ],
  ['any(breakers | name = ${x})', 23, 'unexpected $. Write ${param.NAME} or ${before}'],
  ['any(breakers | name matches psp)', 29, 'matches needs a pattern. Write /^api/'],
  [
    'any(breakers | name matches /(a+)+/)',
    29,
    'a repetition inside a repeated group can backtrack without end. Repeat only one of them',
  ],
  ['any(breakers | name matches /a)', 29, 'the pattern is not closed. Add / at the end'],
  ['any(breakers | name matches /a/gi)', 32, '"gi" is not valid after a pattern. Flags: i, m, s and u'],
  ['api.latency', 12, 'signal api.latency needs a comparison, found the end. Write one of = != < <= > >='],
  [
    'api.latency > high',
    15,
    'a signal can only be compared with a number or a level. "high" is not a level. Valid: ok, unknown, warn, crit',
  ],
  ['api.latency > 5%', 16, 'unexpected %. Write the number without a unit'],
  ['api.latency > 5 for 30', 21, 'for needs a duration, found "30". Write 30s'],
  ['api.latency > 5 && up > 1', 17, 'unexpected "&&". Write and'],
  ['api.latency > 5 up > 1', 17, 'unexpected "up". Join with and, or, for'],
  ['breakers for 5s', 1, 'breakers is a list. Write any(breakers | …), all(…) or count(…)'],
  ['some(breakers | state = open)', 1, 'unknown function some(…). Valid: any, all, count, alert'],
  ['count(breakers) > many', 19, 'count can only be compared with a number, not "many". Write count(…) > 0'],
  ['alert()', 7, 'alert(…) needs the name of an alert. Write alert(NAME)'],
  ['any(breakers | name in x)', 24, 'expected ( in in, found "x". Write ( before it'],
])('%s: col %i', (text, col, message) => {
  expect(parseExpression(text)).toEqual({ ok: false, col, message });
});

test('a where clause is a single test', () => {
  expect(parseTest('breakers', 'state = open and name != x')).toMatchObject({ ok: true });
  expect(parseTest('breakers', 'any(breakers | state = open)')).toMatchObject({ ok: false, col: 1 });
});

test('lists the kinds, signals and parameters that an expression reads', () => {
  const expression = parsed(
    'any(breakers[name = ${param.name}] | state = open) and (alert(Down) or api.latency > ${param.ms}) and not q rising',
  );
  expect([...kindsOf(expression)]).toEqual(['breakers', 'alerts']);
  expect([...signalIdsOf(expression)]).toEqual(['api.latency', 'q']);
  expect([...paramsOf(expression)]).toEqual(['name', 'ms']);
});

test.each([
  ['brackets', `${'('.repeat(4000)}x > 1${')'.repeat(4000)}`, 102],
  ['not', `${'not '.repeat(100_000)}x > 1`, 405],
  ['brackets in a test', `any(alerts | ${'('.repeat(4000)}name = x${')'.repeat(4000)})`, 115],
  ['not in a test', `any(alerts | ${'not '.repeat(100_000)}name = x)`, 418],
])('thousands of nested %s are an error with a column', (_, text, col) => {
  expect(parseExpression(text)).toEqual({
    ok: false,
    col,
    message: 'the expression has more than 100 nested brackets and not. Write a shorter condition',
  });
});

test('accepts 100 nesting levels, and any number of consecutive terms', () => {
  expect(parseExpression(`${'('.repeat(100)}x > 1${')'.repeat(100)}`)).toMatchObject({ ok: true });
  expect(parseExpression(Array.from({ length: 5000 }, () => '(not x > 1)').join(' and '))).toMatchObject({
    ok: true,
  });
});
