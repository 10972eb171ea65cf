import { expect, test } from 'vitest';
import {
  envPatchItems,
  formatEnvValues,
  parseEnv,
  previousEnvValues,
  templateReferences,
} from '../../../../src/sources/kubernetes/operations/write/pod-template.ts';

const container = {
  name: 'app',
  env: [
    { name: 'GOGC', value: '100' },
    { name: 'EMPTY' },
    { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
    { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
  ],
};

test.each([
  { wanted: { GOGC: 50 }, items: [{ name: 'GOGC', value: '50' }], before: { GOGC: '100' } },
  { wanted: { NEW: 'x' }, items: [{ name: 'NEW', value: 'x' }], before: { NEW: null } },
  { wanted: { GOGC: null }, items: [{ name: 'GOGC', $patch: 'delete' }], before: { GOGC: '100' } },
  { wanted: { EMPTY: true }, items: [{ name: 'EMPTY', value: 'true' }], before: { EMPTY: '' } },
])('$wanted is patched by name; before: $before', ({ wanted, items, before }) => {
  expect(envPatchItems(wanted)).toEqual(items);
  const taken = previousEnvValues(wanted, parseEnv(container));
  expect(taken).toEqual(before);
  // Its undo has the same form.
  expect(envPatchItems(taken)).toHaveLength(items.length);
});

test('values from a Secret or a field are found, and nothing else', () => {
  const wantedDesired = { GOGC: '1', DB_PASSWORD: 'x', POD_IP: 'y', NEW: 'z' };
  expect(templateReferences(wantedDesired, parseEnv(container))).toEqual([
    'DB_PASSWORD (from secretKeyRef db/password)',
    'POD_IP (from fieldRef status.podIP)',
  ]);
});

test('the password in a URL is hidden, whatever the name of its variable', () => {
  expect(formatEnvValues({ DATABASE_URL: 'postgres://app:hunter22@db/shop' })).toBe(
    'DATABASE_URL=postgres://app:…@db/shop',
  );
  expect(formatEnvValues({ SIGNING_KEY: 'abc', MYSQL_PWD: 'abc', PARTITION_KEY: 'id' })).toBe(
    'SIGNING_KEY=…, MYSQL_PWD=…, PARTITION_KEY=id',
  );
});

test('values of variables with secret names are hidden', () => {
  expect(formatEnvValues({ GOGC: 50, API_TOKEN: 'abc', GONE: null })).toBe(
    'GOGC=50, API_TOKEN=…, GONE not set',
  );
});
