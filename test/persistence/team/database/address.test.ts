import { expect, test } from 'vitest';
import { insecureAddress, stateAddress } from '../../../../src/persistence/team/database/address.ts';

const of = (url: string, env: NodeJS.ProcessEnv = {}) => stateAddress({ url }, env);

test.each([
  ['postgres://opsdeck@db.internal/opsdeck', undefined],
  ['postgres://opsdeck@db.internal/opsdeck?sslmode=verify-full', undefined],
  [
    'postgres://opsdeck@db.internal/opsdeck?sslmode=verify-ca',
    'the name in the certificate of the state database is not verified, so another server could answer instead',
  ],
  [
    'postgres://opsdeck@db.internal/opsdeck?sslmode=require',
    'the certificate of the state database is not verified, so another server could answer instead',
  ],
  [
    'postgres://opsdeck@db.internal/opsdeck?sslmode=disable',
    'the connection to the state database is not encrypted, so others on the network can read the data',
  ],
  ['postgres://opsdeck@10.0.0.7/opsdeck', undefined],
])('%s: %s', (url, why) => {
  expect(insecureAddress(of(url))).toBe(why);
});

test.each(['127.0.0.1', 'localhost', '[::1]', '%2Fvar%2Frun%2Fpostgresql'])('%s needs no TLS', (host) => {
  const address = of(`postgres://opsdeck@${host}/opsdeck`);
  expect(address.tls).toBeUndefined();
  expect(insecureAddress(address)).toBeUndefined();
});

test('PGSSLMODE counts as given', () => {
  expect(of('postgres://opsdeck@db/opsdeck', { PGSSLMODE: 'disable' }).tls).toBeUndefined();
});

test('the shown address has no credentials, and one directory per database', () => {
  const onlyStateAddress = of('postgres://ana:hunter22@db:6432/opsdeck?sslmode=disable');
  expect(onlyStateAddress.shown).toBe('db:6432/opsdeck');
  expect(onlyStateAddress.id).toMatch(/^[\da-f]{16}$/);
  expect(of('postgres://ben@db:6432/opsdeck').id).toBe(onlyStateAddress.id);
  expect(of('postgres://ana@db:6432/other').id).not.toBe(onlyStateAddress.id);
});

test('several hosts are several servers of one database, each with the TLS of its address', () => {
  const address = of(
    'postgres://opsdeck@db-1.internal,127.0.0.1:6432/opsdeck?target_session_attrs=read-write',
  );
  expect(address.shown).toBe('db-1.internal:5432,127.0.0.1:6432/opsdeck');
  expect(address.servers.map(({ host, port }) => `${host}:${port}`)).toEqual([
    'db-1.internal:5432',
    '127.0.0.1:6432',
  ]);
  expect(address.servers.map(({ tls }) => tls !== undefined)).toEqual([true, false]);
  expect(address.servers.map(({ database, user }) => `${user} ${database}`)).toEqual([
    'opsdeck opsdeck',
    'opsdeck opsdeck',
  ]);
});

test('a comma in a password does not separate hosts', () => {
  expect(of('postgres://ana:a,b@db:6432/opsdeck').servers).toHaveLength(1);
});
