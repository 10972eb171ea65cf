import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { KafkaLogin } from '../../../src/clients/kafka/kafka-types.ts';
import { saslLogin as logInUntil } from '../../../src/clients/kafka/sasl.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { longTest } from '../../support/layer.ts';

const logIn = (login: KafkaLogin, exchange: Parameters<typeof logInUntil>[1]): Promise<void> =>
  logInUntil(login, exchange, new AbortController().signal);

type Hash = 'sha256' | 'sha512';

/** The server side of SCRAM, RFC 5802: verifies the client's proof with the password, and returns its own signature. */
const scramServer = (hash: Hash, password: string, rounds = 4096) => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const salted = pbkdf2Sync(password, salt, rounds, hash === 'sha256' ? 32 : 64, hash);
  const mac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  let first = '';
  let challenge = '';
  return async (token: Buffer): Promise<Buffer> => {
    const text = token.toString('utf8');
    if (text.startsWith('n,,')) {
      first = text.slice(3);
      challenge = `r=${first.slice(first.indexOf('r=') + 2)}%server,s=${salt.toString('base64')},i=${rounds}`;
      return Buffer.from(challenge);
    }
    const [unproved, proof = ''] = text.split(',p=');
    const whole = `${first},${challenge},${unproved}`;
    const clientKey = mac(salted, 'Client Key');
    const signature = mac(createHash(hash).update(clientKey).digest(), whole);
    const expected = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
    if (!expected.equals(Buffer.from(proof, 'base64'))) return Buffer.from('e=invalid-proof');
    return Buffer.from(`v=${mac(mac(salted, 'Server Key'), whole).toString('base64')}`);
  };
};

const login = (mechanism: 'scram-sha-256' | 'scram-sha-512', password = 'pencil') => ({
  mechanism,
  user: 'op=s,deck',
  password,
});

test.each([
  ['scram-sha-256', 'sha256'],
  ['scram-sha-512', 'sha512'],
] as const)("%s: client and server verify each other's proof", async (mechanism, hash) => {
  await expect(logIn(login(mechanism), scramServer(hash, 'pencil'))).resolves.toBeUndefined();
});

test('a wrong password is denied', async () => {
  await expect(logIn(login('scram-sha-256', 'pen'), scramServer('sha256', 'pencil'))).rejects.toMatchObject({
    kind: 'denied',
    message: 'the login failed: invalid-proof',
  });
});

longTest('a server without a valid signature is rejected', async () => {
  const server = scramServer('sha256', 'pencil');
  const liar = async (token: Buffer): Promise<Buffer> => {
    const answer = await server(token);
    return answer.toString().startsWith('v=')
      ? Buffer.from(`v=${Buffer.alloc(32).toString('base64')}`)
      : answer;
  };
  await expect(logIn(login('scram-sha-256'), liar)).rejects.toMatchObject({
    kind: 'denied',
    message: expect.stringContaining('does not know the password'),
  });
});

test.each([
  ['another nonce', 'r=other,s=QSXCR+Q6sek8bf92,i=4096'],
  ['no iterations', 'r=NONCE,s=QSXCR+Q6sek8bf92'],
  ['too many iterations', 'r=NONCE,s=QSXCR+Q6sek8bf92,i=2000000000'],
  ['no content', ''],
])('a challenge with %s is malformed', async (_, challenge) => {
  const server = async (token: Buffer): Promise<Buffer> =>
    Buffer.from(challenge.replace('NONCE', `${token.toString().split('r=')[1]}x`));
  await expect(logIn(login('scram-sha-256'), server)).rejects.toMatchObject({ kind: 'malformed' });
});

test('plain sends the name and the password at once', async () => {
  const sent: string[] = [];
  await logIn({ mechanism: 'plain', user: 'opsdeck', password: 'pencil' }, async (token) => {
    sent.push(token.toString('utf8'));
    return Buffer.alloc(0);
  });
  expect(sent).toEqual(['\0opsdeck\0pencil']);
});

/** The server side of OAUTHBEARER, RFC 7628: a rejection is sent as JSON, then as an error after the client's reply. */
const tokenServer = (good: string) => {
  const sent: string[] = [];
  const exchange = async (token: Buffer): Promise<Buffer> => {
    sent.push(token.toString('latin1'));
    if (token.length === 1) throw new WireError('denied', 'the login failed');
    return Buffer.from(
      token.toString().includes(`auth=Bearer ${good}\x01`) ? '' : '{"status":"invalid_token"}',
    );
  };
  return { sent, exchange };
};

test('oauthbearer sends its token with its extensions', async () => {
  const { sent, exchange } = tokenServer('tok-12345678');
  const extensions = { logicalCluster: 'lkc-1', identityPoolId: 'pool-2' };
  await logIn({ mechanism: 'oauthbearer', token: 'tok-12345678', extensions }, exchange);
  expect(sent).toEqual([
    'n,,\x01auth=Bearer tok-12345678\x01logicalCluster=lkc-1\x01identityPoolId=pool-2\x01\x01',
  ]);
});

test('the error of a rejected token names its expiry, and the exchange is completed', async () => {
  const { sent, exchange } = tokenServer('another');
  const claims = Buffer.from(JSON.stringify({ exp: 1_772_619_307 })).toString('base64url');
  await expect(
    logIn({ mechanism: 'oauthbearer', token: `head.${claims}.sign` }, exchange),
  ).rejects.toMatchObject({
    kind: 'denied',
    message:
      'OAUTHBEARER login: the broker rejected the token (invalid_token): the expiry is 2026-03-04T10:15:07.000Z',
    remedy: expect.stringContaining('sasl: { token }'),
  });
  expect(sent.at(-1)).toBe('\x01');
});

test('a token file is read for each login, and its errors name it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-kafka-token-'));
  const tokenFile = join(dir, 'token');
  const login: KafkaLogin = { mechanism: 'oauthbearer', tokenFile };
  const { exchange } = tokenServer('second-token');
  await expect(logIn(login, exchange)).rejects.toMatchObject({
    kind: 'missing',
    message: expect.stringContaining('/token: no such file'),
    remedy: 'correct sasl: { tokenFile }',
  });
  await writeFile(tokenFile, 'first-token\n');
  await expect(logIn(login, exchange)).rejects.toMatchObject({ remedy: `renew the token in ${tokenFile}` });
  await writeFile(tokenFile, 'second-token\n');
  await expect(logIn(login, exchange)).resolves.toBeUndefined();
  for (const wrong of ['', 'two words', 'a\x01auth=Bearer b']) {
    await writeFile(tokenFile, wrong);
    await expect(logIn(login, exchange)).rejects.toMatchObject({ kind: 'unconfigured' });
  }
  await rm(dir, { recursive: true });
});
