import { expect, test } from 'vitest';
import { http } from '../../../src/sources/http/index.ts';
import { localServer } from '../../support/local-server.ts';
import { openSource } from '../open-source.ts';

interface Served {
  readonly status?: number;
  readonly type?: string;
  readonly body?: string;
  readonly location?: string;
}

/** The pages of a check after each answer of the server: how each is another one. */
const otherPages = async (answers: readonly Served[], check: Readonly<Record<string, unknown>> = {}) => {
  let served: Served = {};
  await using server = await localServer((request, response) => {
    const {
      status = 200,
      type = 'text/html; charset=utf-8',
      body = '<title>Shop</title>',
      location,
    } = served;
    const isAsked = request.url === '/shop';
    response.writeHead(isAsked ? status : 200, {
      'content-type': type,
      ...(location !== undefined && isAsked ? { location } : {}),
    });
    response.end(body);
  });
  await using opened = await openSource(http, {
    url: server.url,
    checks: [{ service: 'web', path: '/shop', ...check }],
  });
  const pages: unknown[] = [];
  for (const answer of answers) {
    served = answer;
    const [row] = (await opened.read('health@web')).items;
    pages.push(row !== undefined && 'otherPage' in row ? row.otherPage : undefined);
  }
  return pages;
};

const down: Served = { status: 502 };
const redirect: Served = { status: 302, location: '/sorry' };
const maintenance: Served = { body: '<html><title>We will be\n back at 12:30</title>' };

test('the page of before a failure is the same page after it', async () => {
  expect(await otherPages([{}, down, {}])).toEqual([undefined, undefined, undefined]);
  const counting = [3, 7].map((count) => ({ body: `<title>Inbox (${count})</title>` }));
  expect(await otherPages([counting[0] ?? {}, down, counting[1] ?? {}])).toEqual(Array(3).fill(undefined));
});

test('a page of another title, type or path after a failure is another one, for as long as it answers', async () => {
  const title = 'answers with a different page than before the failure: title We will be back at :, was Shop';
  expect(await otherPages([{}, down, maintenance, maintenance, {}, maintenance])).toEqual([
    ...[undefined, undefined, title, title, undefined, undefined],
  ]);
  expect(await otherPages([{}, down, maintenance, down, maintenance])).toEqual([
    ...[undefined, undefined, title, undefined, title],
  ]);
  expect(await otherPages([{ type: 'application/json', body: '{}' }, down, {}])).toEqual([
    ...[undefined, undefined],
    'answers with a different page than before the failure: type text/html, was application/json',
  ]);
  expect(await otherPages([{}, down, redirect])).toEqual([
    ...[undefined, undefined],
    'answers with the page /sorry, and with /shop before it failed',
  ]);
});

test('a redirect after a failure is another page, unless opsdeck read it before or the check expects it', async () => {
  const text = 'redirects to /sorry, and opsdeck never saw that page before the failure';
  expect(await otherPages([down, redirect])).toEqual([undefined, text]);
  expect(await otherPages([redirect, down, redirect])).toEqual(Array(3).fill(undefined));
  expect(await otherPages([down, { ...redirect, location: '/shop/' }])).toEqual([undefined, undefined]);
  const elsewhere = { ...redirect, location: 'https://shop.example/sorry' };
  expect(await otherPages([down, elsewhere], { expect: { status: 302 } })).toEqual([undefined, undefined]);
});

test('an answer that shows that it is the right one needs no page of before', async () => {
  const report = { type: 'application/json', body: '{"status":"UP"}' };
  expect(await otherPages([{}, down, report])).toEqual(Array(3).fill(undefined));
  expect(await otherPages([{}, down, maintenance], { expect: { text: 'back' } })).toEqual(
    Array(3).fill(undefined),
  );
});
