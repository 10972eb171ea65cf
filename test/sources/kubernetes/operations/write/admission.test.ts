import { expect, test } from 'vitest';
import { toDryRunCall } from '../../../../../src/sources/kubernetes/operations/write/admission.ts';

test.each([
  [
    { method: 'PATCH', path: '/a', body: '{}' },
    { method: 'PATCH', path: '/a?dryRun=All', body: '{}' },
  ],
  [
    { method: 'PATCH', path: '/a?force=false' },
    { method: 'PATCH', path: '/a?force=false&dryRun=All' },
  ],
  [
    { method: 'DELETE', path: '/a' },
    { method: 'DELETE', path: '/a?dryRun=All' },
  ],
])('the dry run of %j is %j', (call, dryRunCall) => {
  expect(toDryRunCall(call)).toEqual(dryRunCall);
});

test('a DELETE sets dryRun in its body as well, since an API server then reads its options from the body only', () => {
  const { path, body = '' } = toDryRunCall({
    method: 'DELETE',
    path: '/a',
    body: '{"propagationPolicy":"Orphan"}',
  });
  expect(path).toBe('/a?dryRun=All');
  expect(JSON.parse(body)).toEqual({ propagationPolicy: 'Orphan', dryRun: ['All'] });
});
