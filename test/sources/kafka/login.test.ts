import { createPrivateKey } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { KafkaSecurity } from '../../../src/simulator/servers/kafka/endpoint.ts';
import { kafkaConfig } from '../../../src/sources/kafka/config.ts';
import { certificateOf } from '../../support/certificate.ts';
import { longTest } from '../../support/layer.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import { openFixture } from './fixture.ts';

const later = new Date('2100-01-01');

const faultsOf = async (
  entry: Readonly<Record<string, unknown>>,
  security: (clock: ManualClock) => KafkaSecurity,
) => {
  await using fixture = await openFixture({ entry, security });
  const { faults } = await fixture.read('lag');
  return faults.map(({ kind, message, remedy }) => ({ kind, message, remedy }));
};

describe('OAUTHBEARER', () => {
  const tokens =
    (endsIn: number) =>
    (clock: ManualClock): KafkaSecurity => ({
      login: { now: () => clock.now(), tokens: new Map([['good-token-1', clock.now() + endsIn]]) },
    });
  const sasl = (token: string) => ({ sasl: { mechanism: 'oauthbearer', token } });

  longTest('a valid token is accepted', async () => {
    expect(await faultsOf(sasl('good-token-1'), tokens(60_000))).toEqual([]);
  });

  test.each([
    ['an invalid token', 'other-token-1', 60_000],
    ['an expired token', 'good-token-1', -1],
  ])('%s is denied, and does not appear in any message', async (_, token, endsIn) => {
    const faults = await faultsOf(sasl(token), tokens(endsIn));
    expect(faults).not.toEqual([]);
    for (const fault of faults) {
      expect(fault).toMatchObject({
        kind: 'denied',
        message: expect.stringContaining('OAUTHBEARER login: the broker rejected the token (invalid_token)'),
        remedy: expect.stringContaining('renew the token'),
      });
      expect(JSON.stringify(fault)).not.toContain(token);
    }
  });

  longTest(
    'without a login nothing is answered, and an unsupported mechanism is refused with the supported ones',
    async () => {
      expect((await faultsOf({}, tokens(60_000))).map(({ kind }) => kind)).toContain('unreachable');
      const plain = await faultsOf({ sasl: { user: 'ana', password: 'hunter22' } }, tokens(60_000));
      expect(plain[0]).toMatchObject({
        kind: 'denied',
        message: expect.stringContaining('the broker offers OAUTHBEARER'),
      });
    },
  );

  test('a renewed token file is used by the next connection', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'opsdeck-kafka-login-'));
    const tokenFile = join(dir, 'token');
    await writeFile(tokenFile, 'old-token-1');
    await using fixture = await openFixture({
      entry: { sasl: { mechanism: 'oauthbearer', tokenFile } },
      security: tokens(60_000),
    });
    const [fault] = (await fixture.read('lag')).faults;
    expect(fault).toMatchObject({ kind: 'denied', remedy: `renew the token in ${tokenFile}` });
    await writeFile(tokenFile, 'good-token-1\n');
    expect((await fixture.read('lag')).faults).toEqual([]);
    await rm(dir, { recursive: true });
  });

  test.each([
    [{ mechanism: 'oauthbearer' }],
    [{ mechanism: 'oauthbearer', token: 'a', tokenFile: 'b' }],
    [{ mechanism: 'oauthbearer', token: 'a', user: 'ana' }],
    [{ mechanism: 'oauthbearer', token: 'a', extensions: { auth: 'x' } }],
    [{ mechanism: 'oauthbearer', token: 'a', extensions: { pool: 'x\x01auth=Bearer y' } }],
    [{ mechanism: 'plain', token: 'a' }],
  ])('%j is not a valid login', (login) => {
    expect(kafkaConfig.safeParse({ brokers: 'kafka:9092', sasl: login }).success).toBe(false);
  });
});

describe('TLS client certificates', () => {
  const server = certificateOf('kafka', later);
  const own = certificateOf('opsdeck', later);
  const stranger = certificateOf('stranger', later);
  const passphrase = 'correct horse';
  const locked = createPrivateKey(own.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();
  const security = (): KafkaSecurity => ({
    tls: { ...server, ca: own.cert, requestCert: true, rejectUnauthorized: true },
  });
  const tls = { ca: server.cert, serverName: 'kafka' };

  longTest.each([
    ['plain', own],
    ['encrypted', { cert: own.cert, key: locked, passphrase }],
  ])('a certificate with its key, %s, is accepted', async (_, certificate) => {
    expect(await faultsOf({ tls: { ...tls, ...certificate } }, security)).toEqual([]);
  });

  test.each<[string, object, string, RegExp, RegExp]>([
    ['no certificate', {}, 'denied', /the broker requires a client certificate/, /tls: \{ cert, key \}/],
    [
      'a certificate of another CA',
      stranger,
      'unreachable',
      /with a client certificate/,
      /trust the CA of tls/,
    ],
    [
      'a key of another certificate',
      { cert: own.cert, key: stranger.key },
      'unconfigured',
      /the client certificate and key cannot be used/,
      /are PEM and match/,
    ],
    [
      'a wrong passphrase',
      { cert: own.cert, key: locked, passphrase: 'wrong' },
      'unconfigured',
      /the client certificate and key cannot be used/,
      /passphrase decrypts the key/,
    ],
    [
      'no passphrase',
      { cert: own.cert, key: locked },
      'unconfigured',
      /the client certificate and key cannot be used/,
      /passphrase decrypts the key/,
    ],
  ])('%s: the fault has a remedy', async (_, certificate, kind, message, remedy) => {
    const [fault] = await faultsOf({ tls: { ...tls, ...certificate } }, security);
    expect(fault).toMatchObject({
      kind,
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });
});
