import { describe, expect, test } from 'vitest';
import {
  mongoUrlProblem,
  resolveMongoAddress,
  withMongoHosts,
} from '../../../src/clients/mongodb/address.ts';
import { secretMasker } from '../../../src/platform/masking/secrets.ts';

const resolve = (url: string, more = {}) => resolveMongoAddress({ url, ...more });
const names = (url: string): readonly string[] => resolve(url).hosts.map(({ name }) => name);

describe('hosts', () => {
  test.each([
    ['mongodb://db', ['db:27017']],
    ['mongodb://db:27018/shop', ['db:27018']],
    ['mongodb://a,b:1,c/?replicaSet=rs0', ['a:27017', 'b:1', 'c:27017']],
    ['mongodb://ops:x@[::1]:27018,[fe80::1]/', ['[::1]:27018', '[fe80::1]:27017']],
  ])('%s', (url, hosts) => {
    expect(names(url)).toEqual(hosts);
  });

  test('are replaced for a tunnel, with login and options kept', () => {
    expect(withMongoHosts('mongodb://ops:x%40@a,b/shop?tls=true', ['mongo-0:27017', 'mongo-1:27017'])).toBe(
      'mongodb://ops:x%40@mongo-0:27017,mongo-1:27017/shop?tls=true',
    );
  });
});

describe('logins', () => {
  test.each([
    ['mongodb://db/shop', undefined],
    ['mongodb://ana:p%40ss@db/shop', { user: 'ana', password: 'p@ss', source: 'shop' }],
    ['mongodb://ana:p@db', { user: 'ana', password: 'p', source: 'admin' }],
    ['mongodb://ana:p@db/shop?authSource=users', { user: 'ana', password: 'p', source: 'users' }],
    [
      'mongodb://ana:p@db/?authMechanism=SCRAM-SHA-1',
      { user: 'ana', password: 'p', source: 'admin', mechanism: 'SCRAM-SHA-1' },
    ],
  ])('%s', (url, login) => {
    expect(resolve(url).login).toEqual(login);
  });

  test('user, password and authSource of the source replace those of the url', () => {
    const login = { user: 'ben', password: 'other-secret', authSource: 'admin' };
    expect(resolve('mongodb://ana:p@db/shop', login).login).toEqual({
      user: 'ben',
      password: 'other-secret',
      source: 'admin',
    });
  });

  test('a password of the url is masked, as written and decoded', () => {
    resolve('mongodb://ana:url-s%24cret-1@db/shop');
    expect(secretMasker.mask('url-s$cret-1 url-s%24cret-1')).not.toMatch(/cret-1/);
  });
});

test('TLS', () => {
  expect(resolve('mongodb://db').tls).toBeUndefined();
  expect(resolve('mongodb://db/?tls=true').tls).toEqual({});
  expect(resolve('mongodb://db/?ssl=true&tlsInsecure=true').tls).toEqual({ rejectUnauthorized: false });
  expect(resolve('mongodb://db', { tls: { serverName: 'db.example.com' } }).tls).toEqual({
    servername: 'db.example.com',
  });
});

describe('refused urls', () => {
  test.each([
    ['mongodb+srv://cluster0.example.net/shop', 'list the hosts as mongodb://HOST1:27017,HOST2:27017'],
    ['http://db', 'the url is not a MongoDB URL. Use mongodb://HOST:PORT/DATABASE'],
    ['mongodb://', 'cannot parse'],
    ['mongodb://a:p@ss@db/', 'cannot parse'],
    ['mongodb://a,/shop', 'a host of the url is invalid'],
    ['mongodb://db:99999/', 'a host of the url is invalid'],
    ['mongodb://%2Ftmp%2Fmongodb-27017.sock', 'a host of the url is invalid'],
    ['mongodb://ana:%zz@db/', 'invalid % escape'],
    ['mongodb://db/?tlsCAFile=/ca.pem', 'use tls: { ca, cert, key }'],
    ['mongodb://db/?authMechanism=MONGODB-X509', 'only authMechanism=SCRAM-SHA-256'],
    ['mongodb://db/?loadBalanced=true', 'loadbalanced is not supported'],
    ['mongodb://db/?tlsAllowInvalidCertificates=true', 'is not supported'],
    ['mongodb://db/?nonsense=1', 'unknown option nonsense'],
  ])('%s', (url, problem) => {
    expect(mongoUrlProblem(url)).toContain(problem);
    expect(() => resolve(url)).toThrow(expect.objectContaining({ kind: 'unconfigured' }));
  });

  test('options of pools, retries and discovery are accepted', () => {
    const options =
      'maxPoolSize=50&retryWrites=true&w=majority&readPreference=secondary&directConnection=true';
    expect(mongoUrlProblem(`mongodb://db/shop?${options}`)).toBeUndefined();
  });

  test('a problem contains no part of a password', () => {
    expect(mongoUrlProblem('mongodb://ana:hunter2@x@db/')).not.toContain('hunter2');
  });
});
