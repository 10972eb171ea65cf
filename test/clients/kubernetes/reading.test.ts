import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type KubeCall, kubernetesReads } from '../../../src/clients/kubernetes/reading.ts';
import { openReads } from '../../../src/platform/protocol.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';

const never = new AbortController().signal;
const stack: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of stack.splice(0).reverse()) await end();
});

const configOf = (server: string, token: string): string =>
  JSON.stringify({
    'current-context': 'dev',
    contexts: [{ name: 'dev', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token } }],
  });

/** An API server that answers any request, and a client with its own transport: no io is needed. */
const openClient = async (answer: (token: string | undefined) => number = () => 200) => {
  const bodies: string[] = [];
  const server = await localServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(body);
      const headers = request.url?.includes('/proxy/') === true ? { location: '/api/v1/secrets' } : {};
      response.writeHead(answer(request.headers.authorization), headers).end('{"kind":"Deployment"}');
    });
  });
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-kube-test-'));
  const kubeconfig = join(dir, 'config');
  const renew = (token: string): Promise<void> => writeFile(kubeconfig, configOf(server.url, token));
  await renew('kube-token-1');
  const transport = openTransport(systemClock());
  const reads = openReads(kubernetesReads, transport, { kubeconfig });
  stack.push(async () => {
    await Promise.all([reads.close(), transport.http.close()]);
    await server[Symbol.asyncDispose]();
    await rm(dir, { recursive: true });
  });
  return { reads, bodies, server, asked: server.asked, renew };
};

longTest('a server-side dry run is sent unchanged', async () => {
  const { reads, bodies, server } = await openClient();
  const answer = await reads.rehearse(
    {
      method: 'PATCH',
      path: '/apis/apps/v1/deployments/bus?fieldManager=opsdeck&dryRun=All',
      contentType: 'application/merge-patch+json',
      body: '{"spec":{"replicas":3}}',
    },
    never,
  );
  expect(answer.json()).toEqual({ kind: 'Deployment' });
  expect(bodies).toEqual(['{"spec":{"replicas":3}}']);
  expect(server.asked).toEqual(['PATCH /apis/apps/v1/deployments/bus?fieldManager=opsdeck&dryRun=All']);
  expect(server.headers[0]).toMatchObject({
    authorization: 'Bearer kube-token-1',
    'content-type': 'application/merge-patch+json',
  });
});

test.each([
  '/apis/apps/v1/deployments/bus',
  '/x?dryrun=All',
  '/x?dryRun=',
  '/x?dryRun=None',
  '/x?note=dryRun%3DAll',
  '/x?a=1#dryRun=All',
  '/x?dryRun=None&dryRun=All',
])('%s is not a dry run, and nothing is sent', async (path) => {
  const { reads, asked } = await openClient();
  await expect(reads.rehearse({ method: 'DELETE', path }, never)).rejects.toThrow('is not a dry run');
  expect(asked).toEqual([]);
});

test.each(['/x?dryRun=All&dryRun=None', '/x?dryRun=All&dryRun=All'])(
  '%s sets dryRun twice, and a server may use the other value',
  async (path) => {
    const { reads, asked } = await openClient();
    await expect(reads.rehearse({ method: 'DELETE', path }, never)).rejects.toThrow('is not a dry run');
    expect(asked).toEqual([]);
  },
);

test.each([
  { body: '{"propagationPolicy":"Background"}', sent: 0 },
  { body: '{"dryRun":[]}', sent: 0 },
  { body: '{"preconditions":{"dryRun":["All"]}}', sent: 0 },
  { body: '{"propagationPolicy":"Background","dryRun":["All"]}', sent: 1 },
])(
  'a DELETE with the body $body is sent $sent times: an API server reads its options from the body only',
  async ({ body, sent }) => {
    const { reads, asked } = await openClient();
    const answer = reads.rehearse({ method: 'DELETE', path: '/x?dryRun=All', body }, never);
    if (sent === 0) await expect(answer).rejects.toThrow('is not a dry run');
    else await answer;
    expect(asked).toHaveLength(sent);
  },
);

test('a review is a POST to the review endpoint, and nowhere else', async () => {
  const { reads, asked, bodies } = await openClient();
  await reads.review({ kind: 'SelfSubjectAccessReview' }, never);
  expect(asked).toEqual(['POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews']);
  expect(bodies).toEqual(['{"kind":"SelfSubjectAccessReview"}']);
});

test('the question who the login is has a place and a body that nothing chooses', async () => {
  const { reads, asked, bodies } = await openClient();
  await reads.reviewSelf(never);
  expect(asked).toEqual(['POST /apis/authentication.k8s.io/v1/selfsubjectreviews']);
  expect(bodies).toEqual(['{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}']);
});

test('a value that is not a path does not lead to another server', async () => {
  await using other = await localServer((_, response) => response.end());
  const { reads, asked } = await openClient();
  const path = `@${new URL(other.url).host}/x?dryRun=All`;
  const write: KubeCall = { method: 'DELETE', path };
  for (const call of [reads.get(path, never), reads.stream(path, never), reads.rehearse(write, never)])
    await expect(call).rejects.toThrow('is not a path');
  expect([asked, other.asked]).toEqual([[], []]);
});

longTest('a rejected login is reread by the next call, and not before', async () => {
  const { reads, server, renew } = await openClient((token) => (token === 'Bearer kube-token-2' ? 200 : 401));
  expect((await reads.get('/a', never)).status).toBe(401);
  await renew('kube-token-2');
  expect((await reads.get('/b', never)).status).toBe(200);
  await renew('kube-token-3');
  expect((await reads.get('/c', never)).status).toBe(200);
  reads.refused();
  expect((await reads.get('/d', never)).status).toBe(401);
  expect(server.headers.map(({ authorization }) => authorization)).toEqual(
    [1, 2, 2, 3].map((nth) => `Bearer kube-token-${nth}`),
  );
});

test('a redirect of a Service is not followed: it would lead anywhere below the API server with the login', async () => {
  const { reads, asked } = await openClient(() => 302);
  const path = '/api/v1/namespaces/shop/services/http:web:80/proxy/api';
  expect((await reads.getPassedOn(path, never)).status).toBe(302);
  expect(asked).toEqual([`GET ${path}`]);
});

test('a 401 of a Service leaves the login as it is', async () => {
  const { reads, server, renew } = await openClient(() => 401);
  const path = '/api/v1/namespaces/shop/services/http:web:80/proxy/api';
  await reads.getPassedOn(path, never);
  await renew('kube-token-2');
  await reads.getPassedOn(path, never);
  expect(server.headers.map(({ authorization }) => authorization)).toEqual([
    'Bearer kube-token-1',
    'Bearer kube-token-1',
  ]);
});
