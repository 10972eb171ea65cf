import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/security.md', 'utf8');
const rows = [...page.matchAll(/^\| .+ \| (.+) \|$/gm)]
  .map(([, cell = '']) => /^`((?:test|src\/testing)\/[^`]+)` · (.+)$/.exec(cell))
  .flatMap((match) =>
    match?.[1] === undefined || match[2] === undefined ? [] : [{ file: match[1], name: match[2] }],
  );

test('the page has a table per party, and every row names a test', () => {
  const tables = page.split('| promise | tested by |').slice(1);
  expect(tables.length).toBeGreaterThanOrEqual(10);
  const written = tables
    .flatMap((table) => (table.split('\n\n')[0] ?? '').split('\n').slice(2))
    .filter((row) => row !== '');
  expect(rows).toHaveLength(written.length);
});

test.each(rows)('$file has a test "$name"', ({ file, name }) => {
  expect(existsSync(file)).toBe(true);
  // The name may be the title of a table row, or a part of a title.
  expect(readFileSync(file, 'utf8').replaceAll("\\'", "'")).toContain(name);
});

test('the page lists every attack test', () => {
  const named = new Set(rows.map(({ file }) => file));
  const files = readdirSync('test/attack').filter((name) => name.endsWith('.test.ts'));
  expect(files.length).toBeGreaterThan(25);
  expect(files.filter((name) => !named.has(`test/attack/${name}`))).toEqual([]);
});
