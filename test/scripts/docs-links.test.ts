import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { markdownPages } from '../support/markdown-pages.ts';

const pages = await markdownPages();

const withoutCode = (text: string): string => text.replaceAll(/^( *)```[\s\S]*?^\1```/gm, '');

/** The anchors that GitHub generates for the headings of a page. */
const anchorsOf = async (page: string): Promise<ReadonlySet<string>> =>
  new Set(
    [...withoutCode(await readFile(page, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const linksOf = async (page: string): Promise<readonly { target: string; anchor: string }[]> =>
  [...withoutCode(await readFile(page, 'utf8')).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)]
    .filter(([, path = '']) => !/^[a-z]+:/.test(path))
    .map(([, path = '', anchor = '']) => ({
      target: path === '' ? page : normalize(join(dirname(page), path)),
      anchor,
    }));

test.each(pages)('every link of %s points to an existing file and heading', async (page) => {
  for (const { target, anchor } of await linksOf(page)) {
    expect.soft(existsSync(target), `${page} links to ${target}, which does not exist`).toBe(true);
    if (anchor !== '' && existsSync(target) && target.endsWith('.md'))
      expect.soft([...(await anchorsOf(target))], `${page} links to ${target}#${anchor}`).toContain(anchor);
  }
});

test('the index lists every page of docs', async () => {
  const linked = new Set((await linksOf('docs/README.md')).map(({ target }) => target));
  const written = pages.filter((page) => /^docs\/(?!README|decisions\/0)/.test(page));
  expect(written.filter((page) => !linked.has(page))).toEqual([]);
});

/** Folders of `src`: decisions name their files without it. */
const layers = (await readdir('src', { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const namedPath = new RegExp(
  `^(?:(?:src|test|scripts|bench|bin|docs|examples|profiles|man)/[\\w./-]+|(?:${layers.join('|')})/[\\w./-]+)$`,
);

/** A path of which a part is a placeholder. */
const isPattern = (path: string): boolean => /(?:^|\/)[A-Z]{3,}(?:\/|\.|$)/.test(path);

const namesIn = async (page: string): Promise<readonly string[]> =>
  [...withoutCode(await readFile(page, 'utf8')).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);

const files = (
  await Promise.all(['src', 'test', 'scripts', 'bench'].map((folder) => readdir(folder, { recursive: true })))
).flat();
const fileNames = new Set(files.map((path) => basename(path)));

/** The changelog names the files of its time, and a how-to guide those that its reader writes. */
const maintained = pages.filter((page) => /^(?:docs\/(?!how-to)|README|CONTRIBUTING|SECURITY)/.test(page));

test.each(maintained)('every file named on %s exists', async (page) => {
  const names = await namesIn(page);
  const paths = names.filter((name) => namedPath.test(name) && !isPattern(name));
  const missing = [
    ...paths.filter((path) => !existsSync(path) && !existsSync(join('src', path))),
    ...names.filter((name) => /^[\w-]+\.tsx?$/.test(name) && !fileNames.has(name)),
  ];
  expect(missing, `${page} names files that do not exist`).toEqual([]);
});
