import { expect, test } from 'vitest';
import {
  findRunbookPage,
  fragmentOf,
  headingAnchor,
  type RunbookPage,
  tokenFor,
} from '../../../src/domain/runbooks/runbook-page.ts';

const file = (path: string, mirrored?: string): RunbookPage => ({
  folder: '/srv/runbooks',
  path,
  ...(mirrored === undefined ? {} : { for: mirrored }),
});

const pageOf = (url: string, ...files: readonly RunbookPage[]): string | number | undefined => {
  const found = findRunbookPage(url, { files, fetch: [] });
  if (found?.is === 'several') return found.count;
  return found?.is === 'file' ? found.page.path : undefined;
};

const prometheus = 'https://runbooks.prometheus-operator.dev/runbooks/general/targetdown';

test.each([
  ['a flat copy', prometheus, 'TargetDown.md'],
  ['the folder of a category', prometheus, 'general/TargetDown.md'],
  ['a whole checkout', prometheus, 'content/runbooks/general/TargetDown.md'],
  ['a folder with an index page', prometheus, 'general/targetdown/_index.md'],
  ['an address with an extension', 'https://wiki.example/TargetDown.html?v=2#x', 'targetdown.markdown'],
  [
    'a file of a forge',
    'https://github.com/shop/ops/blob/main/runbooks/pay/lag.md#restart',
    'runbooks/pay/lag.md',
  ],
  ['a general name below its folder', 'https://wiki.example/pay/runbook.md', 'pay/runbook.md'],
  ['an escaped name', 'https://wiki.example/Disk%20full', 'Disk full.md'],
])('%s has the page of an address', (_, url, path) => {
  expect(pageOf(url, file('general/other.md'), file(path))).toBe(path);
});

test.each([
  ['a name that only sounds alike', prometheus, 'general/TargetDownSlow.md'],
  ['the same name in another folder', prometheus, 'network/TargetDown.md'],
  ['a general name alone', 'https://wiki.example/pay/runbook.md', 'runbook.md'],
  ['the first page of the folder', 'https://wiki.example/readme', 'docs/README.md'],
  ['an address without a path', 'https://wiki.example', 'index.md'],
  ['an address of another kind', 'file:///srv/runbooks/TargetDown.md', 'TargetDown.md'],
  ['no address', 'TargetDown', 'TargetDown.md'],
])('%s is no page of an address', (_, url, path) => {
  expect(pageOf(url, file(path))).toBeUndefined();
});

test('the longest common end wins; two files of the same length are none', () => {
  expect(pageOf(prometheus, file('TargetDown.md'), file('general/TargetDown.md'))).toBe(
    'general/TargetDown.md',
  );
  const twin: RunbookPage = { folder: '/srv/other', path: 'targetdown.md' };
  expect(pageOf(prometheus, file('TargetDown.md'), twin)).toBe(2);
});

test('a folder that mirrors an address has exactly the pages below it', () => {
  const mirror = 'https://wiki.example/ops';
  const lag = file('pay/lag.md', mirror);
  expect(pageOf('https://wiki.example/ops/pay/lag', lag)).toBe('pay/lag.md');
  expect(pageOf('https://wiki.example/ops/lag', lag)).toBeUndefined();
  expect(pageOf('https://wiki.example/opsother/pay/lag', lag)).toBeUndefined();
  expect(pageOf('https://other.example/ops/pay/lag', lag)).toBeUndefined();
  expect(pageOf('https://wiki.example/ops/x/../pay/lag', lag)).toBe('pay/lag.md');
});

test('an address is requested only below one that the profile allows, and only without a file', () => {
  const fetch = ['https://wiki.example/ops'];
  const found = (url: string, files: readonly RunbookPage[] = []) => findRunbookPage(url, { files, fetch });
  expect(found('https://wiki.example/ops/lag.md')).toEqual({
    is: 'address',
    url: 'https://wiki.example/ops/lag.md',
  });
  expect(found('https://wiki.example/ops/lag.md', [file('lag.md')])).toMatchObject({ is: 'file' });
  expect(found('https://wiki.example/ops/../secret.md')).toBeUndefined();
  expect(found('https://ana:guess@wiki.example/ops/lag.md')).toEqual({
    is: 'address',
    url: 'https://wiki.example/ops/lag.md',
  });
  expect(found('https://wiki.example.evil/ops/lag.md')).toBeUndefined();
  expect(found('http://wiki.example/ops/lag.md')).toBeUndefined();
  expect(found('https://wiki.example@evil.example/ops/lag.md')).toBeUndefined();
});

test.each([
  [
    'https://github.com/acme/books/blob/main/pay/lag.md',
    'https://raw.githubusercontent.com/acme/books/main/pay/lag.md',
  ],
  [
    'https://github.com/acme/books/blob/main/lag.md?plain=1#fix',
    'https://raw.githubusercontent.com/acme/books/main/lag.md#fix',
  ],
  ['https://github.com/acme/books/wiki/lag', 'https://github.com/acme/books/wiki/lag'],
  ['https://git.example/acme/books/-/blob/main/lag.md', 'https://git.example/acme/books/-/raw/main/lag.md'],
])('the page of a file in a repository is requested as its text: %s', (address, url) => {
  const fetch = ['https://github.com/acme/books/', 'https://git.example/acme/'];
  expect(findRunbookPage(address, { files: [], fetch })).toEqual({ is: 'address', url });
});

test('an allowed address of raw files permits their pages, and no other repository', () => {
  const pages = { files: [], fetch: ['https://raw.githubusercontent.com/acme/books/'] };
  const found = (path: string) => findRunbookPage(`https://github.com/${path}`, pages);
  expect(found('acme/books/blob/main/lag.md')).toMatchObject({ is: 'address' });
  for (const path of [
    'acme/other/blob/main/lag.md',
    'acme/books/blob/../../../evil/x/blob/main/lag.md',
    'acme/books',
  ])
    expect(found(path), path).toBeUndefined();
});

test('a token goes only below the address that it was written for', () => {
  const places = [
    { fetch: 'https://github.com/acme/', bearer: 'of github' },
    { fetch: 'https://wiki.example/raw/', bearer: 'of the wiki' },
  ];
  expect(tokenFor('https://wiki.example/raw/lag.md', places)).toBe('of the wiki');
  expect(tokenFor('https://wiki.example/other/lag.md', places)).toBeUndefined();
  expect(tokenFor('https://raw.githubusercontent.com/acme/books/main/lag.md', places)).toBeUndefined();
});

test('a fragment names a heading', () => {
  expect(fragmentOf('https://wiki.example/lag.md#Disk-is-full')).toBe(headingAnchor('Disk is full!'));
  expect(fragmentOf('https://wiki.example/lag.md')).toBe('');
  expect(fragmentOf('lag')).toBe('');
});
