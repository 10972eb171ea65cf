import { expect, test } from 'vitest';
import { alertNamesOf } from '../../src/expressions/rows/mentions.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';

test.each([
  ['alert(PspDown)', ['PspDown']],
  ['alert("psp is down") or error.rate > 5 and alert(Burn) for 5m', ['psp is down', 'Burn']],
  ['any(alerts[name = PspDown] | state = firing)', ['PspDown']],
  ['any(alerts | state = firing and name in (A, B))', ['A', 'B']],
  ['count(alerts[name = A] | level >= warn) > 2', ['A']],
  ['not alert(PspDown)', []],
  ['any(alerts | name != A)', []],
  ['any(alerts[not name = A] | state = firing)', []],
  ['any(breakers | name = psp)', []],
  ['error.rate > 5', []],
] as const)('%s mentions %j', (text, names) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.message);
  expect([...alertNamesOf(parsed.expression)]).toEqual(names);
});
