import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
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

test('every file named in docs/architecture.md exists', async () => {
  const page = await readFile('docs/architecture.md', 'utf8');
  const named = [...page.matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
