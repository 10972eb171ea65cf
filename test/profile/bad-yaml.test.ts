import { expect, test } from 'vitest';
import { head, saidOf } from './support/loading.ts';

interface Case {
  readonly name: string;
  readonly text: string;
  readonly said: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'an empty file',
    text: '',
    said: ['p/dev.yaml:1:1: the profile is empty. Write opsdeck: 1, system, env and tier'],
  },
  {
    name: 'a list instead of a profile',
    text: '- a\n',
    said: ['p/dev.yaml:1:1: expected a map, found a list. Write KEY: VALUE lines, opsdeck: 1 first'],
  },
  {
    name: 'a duplicate key',
    text: `${head}system: shop\n`,
    said: ['p/dev.yaml:5:1: duplicate key. Keep one of them'],
  },
  {
    name: 'a tab as indentation',
    text: `${head}vars:\n\ta: 1\n`,
    said: ['p/dev.yaml:6:1: the line is indented with a tab. Indent with spaces'],
  },
  {
    name: 'a bound without quotes',
    text: `${head}signals:\n  - id: a\n    warn: >=5\n`,
    said: ['p/dev.yaml:7:12: >=5 reads as YAML syntax here. Put the bound in quotes: ">=5"'],
  },
  {
    name: 'a bound that YAML parses as a tag',
    text: `${head}signals:\n  - id: a\n    warn: != closed\n`,
    said: ['p/dev.yaml:7:11: != closed reads as YAML syntax here. Put the bound in quotes: "!= closed"'],
  },
  {
    name: 'a password that YAML parses as a block, without showing it',
    text: `${head}vars:\n  password: >s3cret\n`,
    said: ['p/dev.yaml:6:14: there is text after a block indicator (| or >). Write the value in quotes'],
  },
  {
    name: 'an unquoted reference in braces',
    text: `${head}sources: { api: { type: probe, url: \${api} } }\n`,
    said: [
      `p/dev.yaml:5:38: a reference inside { } or [ ] needs quotes. Write the reference in quotes: "\${…}"`,
    ],
  },
  {
    name: 'a key that is a number',
    text: `${head}200: x\n`,
    said: ['p/dev.yaml:5:1: the key 200 is not text. Write "200":'],
  },
  {
    name: 'a key that is a list',
    text: `${head}? [a]\n: b\n`,
    said: ['p/dev.yaml:5:3: the text is not a valid key. Write the key as one word, such as replicas'],
  },
  {
    name: 'a merge key without a map',
    text: `${head}<<: shop\n`,
    said: ['p/dev.yaml:5:5: "<<" expects a map, found text. Write <<: *NAME, where &NAME marks a map'],
  },
  {
    name: 'an undefined alias',
    text: `${head}title: *nope\n`,
    said: ['p/dev.yaml:5:8: unknown alias *nope. Write the value itself in place of the alias'],
  },
  {
    name: 'a recursive alias',
    text: `${head}links: &l\n  - *l\n`,
    said: [
      'p/dev.yaml:6:5: *l contains itself. Write the value itself in place of the alias',
      'p/dev.yaml:6:5: links: expected a map, found nothing. Write KEY: VALUE lines',
    ],
  },
  {
    name: 'a YAML tag',
    text: `${head}title: !!js/function x\n`,
    said: ['p/dev.yaml:5:8: the YAML tag is unknown. Quote the value, or remove the tag'],
  },
  {
    name: 'an a bracket is opened and never closed',
    text: `${head}across: [dev\n`,
    said: ['p/dev.yaml:6:1: a bracket is opened and never closed. Add a closing ]'],
  },
  {
    name: 'an unclosed quote',
    text: `${head}title: "x\n`,
    said: ['p/dev.yaml:6:1: a quote is opened and never closed. Close the quote before the value ends'],
  },
  {
    name: 'a second document',
    text: `${head}---\nx: 1\n`,
    said: ['p/dev.yaml:5:1: second YAML document. Keep one document per file'],
  },
];

test.each(cases)('$name: reports position and remedy', async ({ text, said }) => {
  expect(await saidOf(text)).toEqual(said);
});

test('reports exponential alias expansion without exhausting memory', async () => {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
  for (const [now, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'].map((pair) => [...pair]))
    lines.push(`${now}: &${now} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
  expect(await saidOf(`${lines.join('\n')}\n`)).toEqual([
    'p/dev.yaml:1:1: the file expands to too many values through aliases. Write fewer aliases. Shorten the file, or split the file with extends and include',
  ]);
});

test.each([
  ['100 000 brackets', '['.repeat(100_000)],
  ['100 levels of lists', `a: ${'['.repeat(100)}${']'.repeat(100)}`],
])('reports %s without a stack overflow', async (_, text) => {
  const [first = '', ...more] = await saidOf(text);
  expect(first).toMatch(
    /^p\/dev\.yaml:\d+:\d+: (the file is nested too deeply|a bracket is opened and never closed)/,
  );
  expect(more).toEqual([]);
});

test('reports why a file cannot be read', async () => {
  const files = { 'p/dev.yaml': new Error('EACCES: permission denied') };
  expect(await saidOf('', { files })).toEqual([
    'p/dev.yaml:1:1: cannot read p/dev.yaml: EACCES: permission denied. Correct the path or the permissions of the file',
  ]);
});
