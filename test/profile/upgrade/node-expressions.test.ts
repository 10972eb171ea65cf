import { expect, test } from 'vitest';
import { rewriteNodeExpression, rewriteNodeTest } from '../../../src/profile/upgrade/node-expressions.ts';
import { applyEdits } from '../../../src/profile/upgrade/text-edit.ts';

const expression = (text: string): string => {
  const found = rewriteNodeExpression(text);
  return found.is === 'edits' ? applyEdits(text, found.edits) : found.is;
};

test.each([
  ['any(workloads[kind = node] | name = a)', 'any(nodes | name = a)'],
  [
    'any(workloads[kind = "node" and name matches /^db/] | cpuCores > 4)',
    'any(nodes[name matches /^db/] | cpuCores > 4)',
  ],
  ['any(workloads[name = a and kind = node] | memoryBytes > 1)', 'any(nodes[name = a] | memoryBytes > 1)'],
  ['all(workloads[kind=node]|name != a)', 'all(nodes|name != a)'],
  ['count(workloads[kind = node]) < 3', 'count(nodes) < 3'],
  ['count(workloads | kind = node) >= ${before}', 'count(nodes) >= ${before}'],
  ['any(workloads | kind = node and (name = a or name = b))', 'any(nodes | (name = a or name = b))'],
  [
    'api.up = 0 or any(workloads[kind = node] | name in (a, "b c")) for 5m',
    'api.up = 0 or any(nodes | name in (a, "b c")) for 5m',
  ],
  // A cordoned node was "Ready,SchedulingDisabled".
  [
    'all(workloads[kind = node] | status = Ready)',
    'all(nodes | status = Ready and scheduling = schedulable)',
  ],
  ['any(workloads[kind = node] | status != Ready)', 'any(nodes | status != Ready or scheduling = cordoned)'],
  [
    'any(workloads[kind = node] | not status = Ready)',
    'any(nodes | not (status = Ready and scheduling = schedulable))',
  ],
  [
    'any(workloads | kind = node and status != Ready and name = a)',
    'any(nodes | (status != Ready or scheduling = cordoned) and name = a)',
  ],
  ['any(workloads[kind = pod] | node = a)', 'same'],
  ['any(workloads | name = node)', 'same'],
  ['any(nodes | status != Ready)', 'same'],
  // The validation reports it.
  ['any(workloads[kind = node | ', 'same'],
  ['any(workloads | kind = node)', 'by-hand'],
  ['all(workloads | kind = node and name = a)', 'by-hand'],
  ['any(workloads[kind != node] | ready = 0)', 'by-hand'],
  ['any(workloads[kind in (node, pod)] | name = a)', 'by-hand'],
  ['any(workloads[kind matches /node|pod/] | name = a)', 'by-hand'],
  ['any(workloads[kind = node or kind = pod] | name = a)', 'by-hand'],
  ['any(workloads[kind = node] | ready = 0)', 'by-hand'],
  ['any(workloads[kind = node] | level >= warn)', 'by-hand'],
  ['any(workloads[kind = node] | status = NotReady)', 'by-hand'],
  ['any(workloads[kind = node] | name = owner)', 'by-hand'],
])('%s → %s', (text, after) => {
  expect(expression(text)).toBe(after);
});

test.each([
  ['kind = node and name matches /^a/', 'name matches /^a/'],
  ['name = ${param.node} and kind = node', 'name = ${param.node}'],
  ['kind = pod', 'same'],
  ['kind = node or name = a', 'by-hand'],
  ['not kind = node', 'by-hand'],
])('where %s → %s', (text, after) => {
  const found = rewriteNodeTest(text);
  expect(found.is === 'edits' ? applyEdits(text, found.edits) : found.is).toBe(after);
});

test('a where of nothing else is empty', () => {
  expect(rewriteNodeTest('kind = node')).toMatchObject({ is: 'edits', isEmpty: true });
});
