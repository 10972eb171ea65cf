import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { markdownPages } from '../support/markdown-pages.ts';

/** The pages that a newcomer reads from top to bottom; references are looked up. */
const read = (await markdownPages()).filter((page) =>
  /^(?:README|docs\/(?:README|concepts|protection|quick-start|tutorial|troubleshooting)|docs\/how-to\/[\w-]+)\.md$/.test(
    page,
  ),
);

const words = (text: string): number => text.split(/\s+/).filter((word) => /\w/.test(word)).length;

/** The text of a page without its examples and the addresses of its links. */
const textOf = (page: string): string =>
  readFileSync(page, 'utf8')
    .replace(/^ *```.*?^ *```/gms, '')
    .replace(/\]\([^)]*\)/g, ']');

const isRow = (line: string): boolean => line.trimStart().startsWith('|');

test.each(read)('%s has short paragraphs, cells and lines, and a heading every 150 words', (page) => {
  const text = textOf(page);
  const lines = text.split('\n');
  const paragraphs = text.split(/\n(?=\n|[-|#>]|\d+\. |\s+[-*] )/).filter((part) => !isRow(part.trim()));
  const cells = lines.filter(isRow).flatMap((line) => line.split(/(?<!\\)\|/));
  const sections = text.split(/^#+ /m).map((section) =>
    section
      .split('\n')
      .filter((line) => !isRow(line))
      .join('\n'),
  );
  expect.soft(paragraphs.filter((part) => words(part) > 80)).toEqual([]);
  expect.soft(cells.filter((cell) => words(cell) > 30)).toEqual([]);
  expect
    .soft(
      readFileSync(page, 'utf8')
        .split('\n')
        .filter((line) => line.length > 400),
    )
    .toEqual([]);
  expect
    .soft(sections.filter((section) => words(section) > 150).map((section) => section.split('\n')[0]))
    .toEqual([]);
});

/** The words that a person has read when a text of a page comes. */
const wordsUntil = (page: string, text: string): number => {
  const whole = readFileSync(page, 'utf8');
  const end = whole.indexOf(text);
  expect(end, `${text} in ${page}`).toBeGreaterThan(-1);
  return words(
    whole
      .slice(0, end + text.length)
      .replace(/\]\([^)]*\)/g, ']')
      .replaceAll(/[|`#*]/g, ' '),
  );
};

test('few words lead to the first success: a demo, a recovered run, an own system', () => {
  const demo = wordsUntil('README.md', 'npm ci && npm start');
  expect(demo).toBeLessThanOrEqual(75);
  expect(demo + wordsUntil('docs/tutorial.md', '`● RECOVERED`')).toBeLessThanOrEqual(400);
  expect(wordsUntil('docs/how-to/discovery.md', '$ opsdeck check --env here')).toBeLessThanOrEqual(300);
  expect(wordsUntil('docs/how-to/start-with-init.md', 'opsdeck init')).toBeLessThanOrEqual(300);
});
