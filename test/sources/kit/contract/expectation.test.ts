import { expect, test } from 'vitest';
import { toHttpAnswer } from '../../../../src/platform/network/http-answer.ts';
import { describeUnmet, zExpectation } from '../../../../src/sources/kit/contract/expectation.ts';

const body = {
  status: 'healthy',
  details: { db: 'ok', nodes: [{ up: true }, { up: false }] },
  count: 0,
  none: null,
};
const answer = toHttpAnswer({
  status: 200,
  headers: { 'content-type': 'application/json', 'x-version': '2.4' },
  body: JSON.stringify(body),
  latencyMs: 3,
  url: 'http://h/',
});

const cases: readonly (readonly [unknown, string | undefined])[] = [
  [{}, undefined],
  [{ status: 200 }, undefined],
  [{ status: '200-299' }, undefined],
  [{ status: [204, '200-201'] }, undefined],
  [{ status: 204 }, 'answered 200 OK, expected 204'],
  [{ status: [301, '400-499'] }, 'answered 200 OK, expected 301, 400-499'],
  [{ json: { status: 'healthy', count: 0, none: null } }, undefined],
  [{ json: { details: { db: 'ok' } } }, undefined],
  [{ json: { 'details.nodes[0].up': true } }, undefined],
  [{ json: { details: { 'nodes[1].up': true } } }, 'details.nodes[1].up is false, expected true'],
  [{ json: { status: ['up', 'healthy'] } }, undefined],
  [{ json: { status: ['up', 'ready'] } }, 'status is "healthy", expected "up" or "ready"'],
  [{ json: { count: '0' } }, 'count is 0, expected "0"'],
  [{ json: { gone: 1 } }, 'gone is absent, expected 1'],
  [{ json: { gone: { deep: 1 } } }, 'gone.deep is absent, expected 1'],
  [{ text: '"db":\\s*"ok"' }, undefined],
  [{ text: '^nothing' }, 'the body of the response does not match /^nothing/'],
  [{ header: { 'X-Version': '2.4' } }, undefined],
  [{ header: { 'X-Version': '3' } }, 'the header X-Version of the response is "2.4", but should be "3"'],
  [{ header: { gone: 'x' } }, 'the header gone of the response is absent, but should be "x"'],
  [{ status: 200, json: { count: 1 }, text: 'x' }, 'count is 0, expected 1'],
];
test.each(cases)('%j', (expected, words) =>
  expect(describeUnmet(zExpectation.parse(expected), answer)).toBe(words),
);

const wrong: readonly (readonly [unknown, string])[] = [
  [{ status: 'ok' }, 'not an HTTP status: write 200, "200-299", or a list of these'],
  [{ status: '2xx' }, 'not an HTTP status: write 200, "200-299", or a list of these'],
  [{ text: '(' }, '"(" is not a valid regular expression: check brackets and backslashes'],
  [
    { json: { 'a..b': 1 } },
    'a key of json must be a path into the response, such as status, details.db or nodes[0].up',
  ],
];
test.each(wrong)('%j is refused', (expected, words) => {
  expect(zExpectation.safeParse(expected).error?.issues.map((issue) => issue.message)).toEqual([words]);
});

test('a parsed expectation can be parsed again', () => {
  const once = zExpectation.parse({ status: [200, '300-302'], json: { a: [1] } });
  expect(zExpectation.parse(once)).toEqual(once);
});
