import { expect, test } from 'vitest';
import { parseInfo, parseInfoSection } from '../../../src/sources/redis/parse.ts';

test('the keyspace of a server without keys is empty, and no malformed reply', () => {
  expect(parseInfoSection('# Keyspace\r\n')).toEqual(new Map());
  expect(parseInfoSection('# Keyspace\r\ndb0:keys=2,expires=0,avg_ttl=0\r\n')).toEqual(
    new Map([['db0', 'keys=2,expires=0,avg_ttl=0']]),
  );
  expect(() => parseInfoSection(null)).toThrow(
    'INFO has an unexpected form: check the version of the server',
  );
  // Any other section has fields.
  expect(() => parseInfo('# Server\r\n')).toThrow(
    'INFO has an unexpected form: check the version of the server',
  );
});
