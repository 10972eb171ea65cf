import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, test } from 'vitest';
import { tours } from '../../scripts/pictures/tours.ts';
import { markdownPages } from '../support/markdown-pages.ts';

const dir = 'docs/pictures';
const drawn = (await readdir(dir)).toSorted();
const films = tours.flatMap(({ film }) => (film === undefined ? [] : [`${film.file}.svg`]));
const files = [
  ...films,
  ...tours.flatMap(({ pictures }) => pictures.map(({ file }) => `${file}.svg`)),
].toSorted();

const pages = await markdownPages();

/** The pictures that a page shows or links to, relative to the root of the project. */
const namedIn = async (page: string): Promise<readonly string[]> =>
  [...(await readFile(page, 'utf8')).matchAll(/\]\(([^)\s]+\.svg)\)/g)].map(([, path = '']) =>
    normalize(join(dirname(page), path)),
  );

const named = new Set((await Promise.all(pages.map(namedIn))).flat());
const existing = drawn.map((file) => join(dir, file));

test('each screen of the tours has exactly one picture, and there are no others', () => {
  expect(drawn).toEqual(files);
});

test('every picture of a page exists, and every picture is used on a page', () => {
  expect([...named].toSorted()).toEqual(existing);
});

describe.each(drawn)('%s', (file) => {
  /** The size limit in bytes: the largest has 200 × 60 cells, most are a quarter of it; a film has ten screens. */
  const maxBytes = films.includes(file) ? 300_000 : 80_000;

  test('is well-formed, small and self-contained', async () => {
    const svg = await readFile(join(dir, file), 'utf8');
    expect(() => new Resvg(svg, { font: { loadSystemFonts: false } })).not.toThrow();
    expect(Buffer.byteLength(svg)).toBeLessThan(maxBytes);
    expect(svg).not.toMatch(/<script|<image|<foreignObject|href=|url\(|@import|\son\w+=/);
  });

  test('has the text of the screen, without control bytes', async () => {
    const svg = await readFile(join(dir, file), 'utf8');
    expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(svg).toMatch(/<title>[^<]{10,}<\/title>/);
    // While armed, the whole row is one text.
    expect(svg).toMatch(/<text [^>]*>(?:ARMED\s+)?\[?PRODUCTION\]?/);
  });
});
