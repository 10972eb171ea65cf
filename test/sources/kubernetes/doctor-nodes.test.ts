import { expect, test } from 'vitest';
import { empty, openFixture } from './fixture.ts';

test('the doctor names the permissions that nodes need', async () => {
  await using fixture = await openFixture((url, response, request) => {
    if (url.pathname === '/version') return { body: { gitVersion: 'v1.33.4' } };
    if (!url.pathname.endsWith('/selfsubjectaccessreviews')) return empty(url, response, request);
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      const { resourceAttributes } = JSON.parse(body).spec;
      const allowed = resourceAttributes.namespace !== undefined;
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: { allowed } }));
    });
    return undefined;
  });
  const findings = (await fixture.source.doctor?.(new AbortController().signal)) ?? [];
  expect(
    findings.filter(({ what }) => what.startsWith('not allowed')).map(({ ok, what }) => [ok, what]),
  ).toEqual([
    [true, 'not allowed to list or watch nodes in all namespaces: nodes unavailable'],
    [true, 'not allowed to patch nodes in all namespaces: cordon, uncordon and drain unavailable'],
    [
      true,
      'not allowed to list nodes.metrics.k8s.io in all namespaces: CPU and memory usage of nodes unavailable',
    ],
    [true, 'not allowed to list or watch pods in all namespaces: the pods and requests of nodes unavailable'],
  ]);
  expect(findings.map(({ remedy }) => remedy)).toContain(
    'request a ClusterRole with { apiGroups: ["metrics.k8s.io"], resources: ["nodes"], verbs: [list] }',
  );
});
