import { expect, test } from 'vitest';
import { parseArchiveListing } from '../../../src/sources/host/parse/file-listings.ts';

test('the names in an archive, and the sum of their bytes', () => {
  const out = [
    'drwxr-xr-x app/app          0 2026-03-04 10:00 ./data/',
    '-rw-r--r-- app/app       1200 2026-03-04 10:00 ./data/events.db',
    '-rw-r--r-- app/app        300 2026-03-04 10:00 ./data/index',
    'lrwxrwxrwx app/app          0 2026-03-04 10:00 ./data/now -> events.db',
    '',
  ].join('\n');
  expect(parseArchiveListing(out)).toEqual({
    names: ['data/', 'data/events.db', 'data/index', 'data/now'],
    bytes: 1500,
  });
});

test('an empty archive is no backup', () => {
  expect(() => parseArchiveListing('')).toThrow('the archive contains no files');
});
