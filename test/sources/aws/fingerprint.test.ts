import { expect, test } from 'vitest';
import type { Handler } from '../../../src/simulator/servers/http/http-server.ts';
import { openAccount, signal } from './support.ts';

type Reply = Awaited<ReturnType<Handler>>;

/** The fingerprint of an endpoint with this answer of LocalStack's page. */
const fingerprintWith = async (info: Reply | undefined) => {
  await using account = await openAccount({
    wrap: (handler) => (ask) =>
      ask.rawPath === '/_localstack/info' && info !== undefined ? info : handler(ask),
  });
  const { account: id, region, ...more } = (await account.source.fingerprint?.(signal, 0))?.parts ?? {};
  expect([id, region]).toEqual([expect.stringMatching(/^\*\d{4}$/), expect.stringMatching(/^http/)]);
  return { more, ages: (await account.source.fingerprint?.(signal, 0))?.ages };
};

test('an emulator is known by its process, because every one of them has the same account', async () => {
  expect(
    await fingerprintWith({ status: 200, json: { version: '4.9.2', session_id: 'a1b2', uptime: 90 } }),
  ).toEqual({ more: { session: 'a1b2' }, ages: { session: 90_000 } });
  expect(await fingerprintWith({ status: 200, json: { session_id: 'a1b2' } })).toEqual({
    more: { session: 'a1b2' },
  });
});

test.each<readonly [string, Reply | undefined]>([
  ['refuses it', { status: 403, json: {} }],
  ['has another page there', { status: 200, json: { uptime: 1 } }],
  ['answers with no JSON', { status: 200, text: '<html>' } as unknown as Reply],
  ['does not know it', undefined],
])('an endpoint that %s is known by its account', async (_, info) => {
  expect(await fingerprintWith(info)).toEqual({ more: {} });
});
