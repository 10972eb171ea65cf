import { expect, test } from 'vitest';
import { secretMasker } from '../../src/platform/masking/secrets.ts';
import { zAuth } from '../../src/sources/kit/contract/connection.ts';
import { authHeaders, urlWithoutCredentials } from '../../src/sources/kit/contract/endpoint.ts';

test('each login method becomes its header, and all its secrets are masked', () => {
  expect(authHeaders({ bearer: 'token-of-auth-test\n' }, undefined)).toEqual({
    authorization: 'Bearer token-of-auth-test',
  });
  expect(authHeaders({ header: { 'X-Key': 'key-of-auth-test' } }, undefined)).toEqual({
    'X-Key': 'key-of-auth-test',
  });
  const basic = authHeaders({ basic: { user: 'ops', password: 'pass-of-auth-test' } }, undefined);
  const token = Buffer.from('ops:pass-of-auth-test').toString('base64');
  expect(basic).toEqual({ authorization: `Basic ${token}` });
  expect(secretMasker.mask(`${token} token-of-auth-test key-of-auth-test pass-of-auth-test`)).toBe(
    '…masked …masked …masked …masked',
  );
});

test('the user and password of a URL are used for login, and removed from it', () => {
  const url = 'http://ops:p%40ss-of-url@h:1/x';
  const token = Buffer.from('ops:p@ss-of-url').toString('base64');
  expect(authHeaders(undefined, url)).toEqual({ authorization: `Basic ${token}` });
  expect(urlWithoutCredentials(url)).toBe('http://h:1/x');
  expect(authHeaders(undefined, 'http://h/')).toEqual({});
});

test('two login methods are refused, as is an empty one', () => {
  const words =
    'auth needs one kind of login: set exactly one of bearer, basic { user, password }, header { NAME: value }';
  for (const auth of [{}, { bearer: 'x', header: {} }])
    expect(zAuth.safeParse(auth).error?.issues[0]?.message).toBe(words);
});
