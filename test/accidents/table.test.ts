import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accidents } from './table.ts';

const dir = import.meta.dirname;

/** The accidents that each test file reproduces. */
const accidentsByFile = new Map(
  readdirSync(dir)
    .filter((file) => file.endsWith('.test.ts') && file !== 'table.test.ts')
    .map((file) => [
      file,
      [...readFileSync(join(dir, file), 'utf8').matchAll(/^(?:longA|a)ccident\(\s*'([^']+)'/gm)].map(
        ([, name]) => name,
      ),
    ]),
);

test('every accident has exactly one test', () => {
  expect([...accidentsByFile.values()].flat().sort()).toEqual(Object.keys(accidents).sort());
});

test('docs/safety.md lists each accident with its test file', () => {
  const docs = readFileSync(join(dir, '../../docs/safety.md'), 'utf8');
  const rows = [...docs.matchAll(/^\| (.+?) \| .+? \| `test\/accidents\/(.+?)` \|$/gm)].map(
    ([, what, file]) => [what, file],
  );
  const expected = [...accidentsByFile].flatMap(([file, names]) =>
    names.map((name) => [accidents[name as keyof typeof accidents], file]),
  );
  expect(rows.sort()).toEqual(expected.sort());
});
