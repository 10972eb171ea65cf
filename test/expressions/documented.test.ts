import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import { factKinds, fieldNames } from '../../src/kinds/registry/registry.ts';

const page = await readFile('docs/reference/runbooks.md', 'utf8');

test('every example expression in docs/reference/runbooks.md parses', () => {
  const blocks = [...page.matchAll(/^```text\n([\s\S]*?)^```/gm)].flatMap((block) =>
    (block[1] ?? '').split('\n'),
  );
  const examples = blocks.map((line) => line.split(/ {3,}/)[0] ?? '').filter((line) => line !== '');
  expect(examples.length).toBeGreaterThan(5);
  expect(examples.filter((text) => !parseExpression(text).ok)).toEqual([]);
});

test('docs/reference/kinds.md lists exactly the fields of every kind', async () => {
  const kinds = await readFile('docs/reference/kinds.md', 'utf8');
  const sections = kinds.split(/^## /m).slice(1);
  const documented = sections.map((section) => [
    section.slice(0, section.indexOf('\n')),
    [...(section.split('| word |')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm)].map((row) => row[1]),
  ]);
  expect(documented).toEqual(factKinds().map((kind) => [kind, fieldNames(kind)]));
});
