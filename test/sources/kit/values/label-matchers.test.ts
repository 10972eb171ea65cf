import { expect, test } from 'vitest';
import {
  matcherText,
  matcherToProfile,
  parseMatchers,
  zLabelMatchers,
} from '../../../../src/sources/kit/values/label-matchers.ts';

const table: readonly (readonly [string, string])[] = [
  ['api', 'l="api"'],
  ['', 'l=""'],
  ['~a|b', 'l=~"a|b"'],
  ['!api', 'l!="api"'],
  ['!~a.*', 'l!~"a.*"'],
  ['=~tilde', 'l="~tilde"'],
  ['=!no', 'l="!no"'],
  ['==x', 'l="=x"'],
  ['say "hi" \\ there\nagain', 'l="say \\"hi\\" \\\\ there\\nagain"'],
];

test.each(table)('%j means %s, and is formatted the same way', (written, text) => {
  const [matcher] = parseMatchers({ l: written });
  if (matcher === undefined) throw new Error('no matcher');
  expect(matcherText(matcher)).toBe(text);
  expect(matcherToProfile(matcher)).toBe(written);
});

test('numbers and booleans are values; a name of other characters is quoted', () => {
  expect(parseMatchers({ a: 5, b: true }).map(matcherText)).toEqual(['a="5"', 'b="true"']);
  expect(parseMatchers({ 'host.name': '~web-.*', 'a"b': 'x', größe: '1' }).map(matcherText)).toEqual([
    '"host.name"=~"web-.*"',
    '"a\\"b"="x"',
    '"größe"="1"',
  ]);
  for (const name of ['', 'a\nb', 'a\u001b[31m'])
    expect(zLabelMatchers.safeParse({ [name]: 'x' }).success).toBe(false);
});
