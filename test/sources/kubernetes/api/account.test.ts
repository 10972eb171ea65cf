import { expect, test } from 'vitest';
import { type Handler, openFixture, type Reply } from '../fixture.ts';
import { failure } from '../objects.ts';

const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const signal = new AbortController().signal;

const answering =
  (reply: Reply): Handler =>
  ({ pathname }) =>
    pathname === path ? reply : { body: {} };

const knownAs = (username: unknown): Reply => ({
  status: 201,
  body: { kind: 'SelfSubjectReview', status: { userInfo: { username } } },
});

test('the account is the user that the API server reports, asked once per connection', async () => {
  await using fixture = await openFixture(answering(knownAs('system:serviceaccount:shop:deployer')));
  expect(await fixture.source.account?.(signal)).toBe('system:serviceaccount:shop:deployer');
  expect(await fixture.source.account?.(signal)).toBe('system:serviceaccount:shop:deployer');
  expect(fixture.server.asked).toEqual([`POST ${path}`]);
});

test.each([
  ['before Kubernetes 1.28', { status: 404, body: failure(404, 'NotFound', 'no such path') }],
  ['without the permission', { status: 403, body: failure(403, 'Forbidden', 'no') }],
  ['with another document', { status: 201, body: { status: { userInfo: 7 } } }],
  ['with an empty name', knownAs('')],
  ['with a name that is no text', knownAs({ name: 'ana' })],
] as const)('no account is known %s, and the server is not asked again', async (_, reply) => {
  await using fixture = await openFixture(answering(reply));
  expect(await fixture.source.account?.(signal)).toBeUndefined();
  expect(await fixture.source.account?.(signal)).toBeUndefined();
  expect(fixture.server.asked).toEqual([`POST ${path}`]);
});

test('the name is one line without controls, of limited length', async () => {
  await using fixture = await openFixture(answering(knownAs(`ana\u001b[2J\nroot${'x'.repeat(5000)}`)));
  const name = (await fixture.source.account?.(signal)) ?? '';
  expect(name).toMatch(/^ana root?x+…$/);
  expect(name.length).toBeLessThanOrEqual(200);
});

test('a renewed login is asked for again', async () => {
  let name = 'ana';
  await using fixture = await openFixture(({ pathname }) =>
    pathname === path ? knownAs(name) : { status: 401, body: failure(401, 'Unauthorized', 'Unauthorized') },
  );
  expect(await fixture.source.account?.(signal)).toBe('ana');
  name = 'ben';
  await fixture.read('pods');
  expect(await fixture.source.account?.(signal)).toBe('ben');
});
