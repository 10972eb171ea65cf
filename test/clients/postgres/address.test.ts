import { describe, expect, test } from 'vitest';
import { resolvePostgresAddress } from '../../../src/clients/postgres/address.ts';
import { findPassword } from '../../../src/clients/postgres/password-file.ts';

const bare = { PGUSER: 'ana' };

describe('server address and user', () => {
  test.each([
    ['postgres://opsdeck@db:5433/shop', {}, { host: 'db', port: 5433, user: 'opsdeck', database: 'shop' }],
    ['postgresql://opsdeck@db', {}, { host: 'db', port: 5432, user: 'opsdeck', database: 'opsdeck' }],
    ['postgres://', {}, { host: 'localhost', port: 5432, user: 'ana', database: 'ana' }],
    ['postgres:///shop', {}, { host: 'localhost', port: 5432, user: 'ana', database: 'shop' }],
    [
      'postgres://u:p%40ss@/d?host=/run/postgresql',
      {},
      { host: '/run/postgresql', user: 'u', password: 'p@ss', database: 'd' },
    ],
    ['postgres://u@%2Frun%2Fpg/d', {}, { host: '/run/pg', database: 'd' }],
    ['postgres://u@[::1]:6000/d', {}, { host: '::1', port: 6000 }],
    [
      'postgres://',
      { PGHOST: 'h', PGPORT: '7', PGDATABASE: 'd', PGPASSWORD: 'secret!' },
      { host: 'h', port: 7, database: 'd', password: 'secret!' },
    ],
    [
      'postgres://u@h:1/d',
      { PGHOST: 'x', PGPORT: '7', PGDATABASE: 'y', PGUSER: 'z' },
      { host: 'h', port: 1, database: 'd', user: 'u' },
    ],
    [
      'postgres://u@h:1/d?host=bus-0&port=5432&dbname=other',
      {},
      { host: 'bus-0', port: 5432, database: 'other' },
    ],
  ])('%s with %j', (url, env, address) => {
    expect(resolvePostgresAddress({ url }, { ...bare, ...env })).toMatchObject(address);
  });

  test('a separate password takes precedence over that of the URL', () => {
    expect(resolvePostgresAddress({ url: 'postgres://u:one1@h/d', password: 'two2' }, bare).password).toBe(
      'two2',
    );
  });

  test.each([
    ['mysql://u@h/d', 'does not start with postgres://'],
    ['postgres://u@h:99999/d', 'cannot parse the url'],
    ['postgres://u@h/d?port=0', 'port'],
    ['postgres://u:50%@h/d', '%25'],
    ['postgres://u@h/d?sslmode=maybe', 'sslmode "maybe"'],
    ['postgres://u@h/d?sslmode=verify-full&sslrootcert=/no/such.pem', '/no/such.pem'],
  ])('%s is unconfigured', (url, why) => {
    expect(() => resolvePostgresAddress({ url }, bare)).toThrow(
      expect.objectContaining({ kind: 'unconfigured', message: expect.stringContaining(why) }),
    );
  });

  test.each([
    ['', undefined, undefined],
    ['?sslmode=prefer', undefined, undefined],
    ['?sslmode=disable', { ca: 'PEM' }, undefined],
    ['', { ca: 'PEM' }, { ca: 'PEM' }],
    ['?sslmode=require', undefined, { rejectUnauthorized: false }],
    ['?sslmode=require', { ca: 'PEM' }, { ca: 'PEM', checkServerIdentity: expect.any(Function) }],
    ['?sslmode=require', {}, {}],
    ['?sslmode=verify-full', { serverName: 'db' }, { servername: 'db' }],
    ['?sslmode=no-verify', undefined, { rejectUnauthorized: false }],
  ])('TLS of "%s" with %j', (query, tls, settings) => {
    const target = { url: `postgres://u@h/d${query}`, ...(tls === undefined ? {} : { tls }) };
    expect(resolvePostgresAddress(target, bare).tls).toEqual(settings);
  });
});

describe('the password file', () => {
  const login = { host: 'db', port: 5432, database: 'shop', user: 'ana' };
  test.each([
    ['db:5432:shop:ana:s3cret', 's3cret'],
    ['# db:5432:shop:ana:no\n\n*:*:*:ana:any', 'any'],
    ['other:5432:shop:ana:no\ndb:*:*:ana:second', 'second'],
    ['db:5432:shop:ana:with:colon', 'with:colon'],
    ['db:5432:shop:ana:back\\\\slash\\:', 'back\\slash:'],
    ['db:5432:shop:bob:no', undefined],
    ['db:5432:shop:ana', undefined],
    ['', undefined],
  ])('%j', (text, password) => {
    expect(findPassword(text, login)).toBe(password);
  });

  test('a Unix socket matches localhost, and a colon in a name is escaped', () => {
    expect(findPassword('localhost:5432:shop:ana:socket', { ...login, host: '/run/pg' })).toBe('socket');
    expect(findPassword('\\:\\:1:5432:shop:ana:six', { ...login, host: '::1' })).toBe('six');
  });
});
