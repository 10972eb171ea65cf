import fc from 'fast-check';
import { expect } from 'vitest';
import { findRunbookPage, tokenFor } from '../../src/domain/runbooks/runbook-page.ts';
import { parseProxy } from '../../src/platform/network/proxy.ts';
import { toCsv } from '../../src/ui/shell/output/table-text.ts';
import { family } from './support/attack.ts';

const prefix = 'https://wiki.example/runbooks/';
const token = 'token-of-the-wiki';

/** Parts of an address that leads out of its directory, or to another server, in some reading of it. */
const part = fc.constantFrom(
  ...[
    '..',
    '.',
    '%2e%2e',
    '%2E.',
    '..%2f',
    '..%2F..%2fadmin',
    '%5c..%5c',
    '..\\',
    '\\',
    '//',
    '/',
    '%00',
    '%252e%252e%252f',
  ],
  ...[
    '@evil.example/',
    'https://evil.example/',
    ':443',
    '#',
    '?',
    'x.md',
    'admin',
    '%',
    '\u2028',
    '；',
    '／',
    '．．',
  ],
);
const address = fc
  .record({
    head: fc.constantFrom(
      prefix,
      'https://wiki.example',
      'https://wiki.example.evil/',
      'https://a:b@wiki.example/',
      '//',
      '',
    ),
    parts: fc.array(part, { maxLength: 6 }),
  })
  .map(({ head, parts }) => `${head}${parts.join('')}`);

/** The directories that a server may take a path for: as it is, and decoded until nothing is left to decode. */
const readings = (path: string): readonly string[] => {
  const all = [path];
  for (let last = path; ; ) {
    let next = last;
    try {
      next = decodeURIComponent(last);
    } catch {
      return all;
    }
    if (next === last) return all;
    all.push(next);
    last = next;
  }
};
const resolved = (path: string): string =>
  new URL(`https://x${path.replaceAll('\\', '/').replaceAll('\0', '')}`).pathname;

type Requested = (
  address: string,
) => { readonly url: string; readonly bearer: string | undefined } | undefined;

const places = [{ fetch: prefix, bearer: token }];
const requested: Requested = (text) => {
  const found = findRunbookPage(text, { files: [], fetch: [prefix] });
  return found?.is === 'address' ? { url: found.url, bearer: tokenFor(found.url, places) } : undefined;
};
/** The address as it is written is compared. */
const startsLikeIt: Requested = (text) => {
  if (!text.startsWith(prefix) || !URL.canParse(text)) return undefined;
  return { url: text, bearer: token };
};

family('received addresses', ({ attack }) => {
  attack(
    'the address of an alert is requested below the places of the profile only, however a server reads it',
    {
      rounds: 1000,
      corpus: [`${prefix}..%2fadmin`, `${prefix}%5c..%5cadmin`, `${prefix}%252e%252e%252fadmin`],
      inputs: address,
      defense: requested,
      sabotaged: startsLikeIt,
      holds: (text, find) => {
        const page = find(text);
        if (page === undefined) return;
        const url = new URL(page.url);
        expect(`${url.protocol}//${url.username}${url.host}`).toBe('https://wiki.example');
        for (const reading of readings(url.pathname))
          expect(resolved(reading)).toMatch(/^\/runbooks(?:\/|$)/);
      },
    },
  );

  attack('no address of a proxy ends what parses it, and none is shown with its login', {
    rounds: 500,
    corpus: ['http://u%:p%zz@h:1'],
    inputs: fc
      .record({ user: fc.string({ maxLength: 5 }), more: fc.constantFrom('%', '%zz', '%ff', '%E0%A4', 'a') })
      .map(({ user, more }) => `http://${encodeURIComponent(user)}${more}:hunter2@proxy.example:3128`),
    defense: parseProxy,
    sabotaged: (text: string) => {
      const url = new URL(text);
      const login = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
      return { scheme: 'http' as const, host: url.hostname, port: 1, login, address: url.href };
    },
    holds: (text, parse) => {
      expect(parse(text)?.address ?? '').not.toContain('hunter2');
    },
  });

  attack('no cell of a saved table is a formula of a spreadsheet', {
    rounds: 500,
    inputs: fc
      .record({
        before: fc.array(fc.constantFrom(' ', '\t', '\u00a0', '\u200b', '\ufeff', '\u2060', '\u3000'), {
          maxLength: 3,
        }),
        sign: fc.constantFrom('=', '+', '-', '@', '＝', '＋', '－', '＠'),
        rest: fc.constantFrom('HYPERLINK("http://evil")', "cmd|' /C calc'!A0", 'SUM(1+1)', '1+cmd'),
      })
      .map(({ before, sign, rest }) => `${before.join('')}${sign}${rest}`),
    defense: (text: string): string => toCsv({ heads: ['a'], cells: [[text]] }),
    sabotaged: (text: string): string => `a\r\n"${text.replaceAll('"', '""')}"\r\n`,
    holds: (text, format) => {
      const [, row = ''] = format(text).split('\r\n');
      expect(row).toMatch(/^"?'/);
    },
  });
});
