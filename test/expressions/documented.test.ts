import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { factKinds } from '../../src/domain/facts.ts';
import { fieldNames } from '../../src/expressions/fields.ts';
import { parseExpression } from '../../src/expressions/parse.ts';

const page = await readFile('docs/runbooks.md', 'utf8');

test('every example of an expression in docs/runbooks.md parses', () => {
  const blocks = [...page.matchAll(/^```text\n([\s\S]*?)^```/gm)].flatMap((block) =>
    (block[1] ?? '').split('\n'),
  );
  const examples = blocks.map((line) => line.split(/ {3,}/)[0] ?? '').filter((line) => line !== '');
  expect(examples.length).toBeGreaterThan(5);
  expect(examples.filter((text) => !parseExpression(text).ok)).toEqual([]);
});

test('docs/runbooks.md lists every field of every kind, and no other', () => {
  const documented = [...page.matchAll(/^\| `(\w+)` \| (\w+(?:, \w+)+)/gm)].map((row) => [
    row[1],
    (row[2] ?? '').split(', ').filter((name) => name !== 'and'),
  ]);
  const real = factKinds.map((kind) => [
    kind,
    fieldNames(kind).filter((name) => name !== 'source' && name !== 'at'),
  ]);
  expect(documented).toEqual(real);
});
