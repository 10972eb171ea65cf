import { expect, test } from 'vitest';
import { urlUnder } from '../../../src/platform/network/url-under.ts';

test.each([
  ['http://h:9090', '/api/v1/alerts', 'http://h:9090/api/v1/alerts'],
  ['http://h/prom/', '/api', 'http://h/prom/api'],
  ['http://h/prom', 'api?a=1', 'http://h/prom/api?a=1'],
  ['http://h/g?orgId=2', '/api/health', 'http://h/g/api/health?orgId=2'],
  ['http://h/g/?orgId=2', '/api/search?limit=10', 'http://h/g/api/search?limit=10&orgId=2'],
  ['http://h/?tenant=a%2Fb&x=1', '/q?x=2', 'http://h/q?x=2&tenant=a%2Fb'],
  ['http://h/a?x=1#top', '/b', 'http://h/a/b?x=1'],
  ['http://h/a?x=1', '', 'http://h/a?x=1'],
  ['http://h?', '/a', 'http://h/a'],
])('%s with %s is %s', (base, path, whole) => {
  expect(urlUnder(base, path)).toBe(whole);
});
