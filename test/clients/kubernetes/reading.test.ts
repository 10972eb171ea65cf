import { expect, test } from 'vitest';
import { kubernetesReads } from '../../../src/clients/kubernetes/reading.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { localServer } from '../../support/local-server.ts';

const never = new AbortController().signal;

test('a write that the server only pretends to do is sent as it is', async () => {
  let body = '';
  await using server = await localServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => response.end('{"kind":"Deployment"}'));
  });
  const io = openReadIo(systemClock());
  const answer = await io.open(kubernetesReads, {}).rehearse(
    {
      method: 'PATCH',
      url: `${server.url}/apis/apps/v1/deployments/bus?fieldManager=opsdeck&dryRun=All`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"spec":{"replicas":3}}',
    },
    never,
  );
  await io.close();
  expect(answer.json()).toEqual({ kind: 'Deployment' });
  expect(body).toBe('{"spec":{"replicas":3}}');
  expect(server.asked).toEqual(['PATCH /apis/apps/v1/deployments/bus?fieldManager=opsdeck&dryRun=All']);
});

test.each([
  '/apis/apps/v1/deployments/bus',
  '/x?dryrun=All',
  '/x?dryRun=',
  '/x?dryRun=None',
  '/x?note=dryRun%3DAll',
  '/x?a=1#dryRun=All',
  '/x?dryRun=None&dryRun=All',
])('%s is no dry run, and nothing is sent', async (path) => {
  await using server = await localServer((_, response) => response.end());
  const io = openReadIo(systemClock());
  const request = { method: 'DELETE', url: `${server.url}${path}` };
  await expect(io.open(kubernetesReads, {}).rehearse(request, never)).rejects.toThrow('is no dry run');
  await io.close();
  expect(server.asked).toEqual([]);
});

test.each(['/x?dryRun=All&dryRun=None', '/x?dryRun=All&dryRun=All'])(
  '%s says it twice, and a server may listen to the other one',
  async (path) => {
    await using server = await localServer((_, response) => response.end());
    const io = openReadIo(systemClock());
    const request = { method: 'DELETE', url: `${server.url}${path}` };
    await expect(io.open(kubernetesReads, {}).rehearse(request, never)).rejects.toThrow('is no dry run');
    await io.close();
    expect(server.asked).toEqual([]);
  },
);

test.each([
  { body: '{"propagationPolicy":"Background"}', sent: 0 },
  { body: '{"dryRun":[]}', sent: 0 },
  { body: '{"preconditions":{"dryRun":["All"]}}', sent: 0 },
  { body: '{"propagationPolicy":"Background","dryRun":["All"]}', sent: 1 },
])(
  'a DELETE with the body $body is sent $sent times: an API server reads its options there alone',
  async ({ body, sent }) => {
    await using server = await localServer((_, response) => response.end('{}'));
    const io = openReadIo(systemClock());
    const request = { method: 'DELETE', url: `${server.url}/x?dryRun=All`, body };
    const answer = io.open(kubernetesReads, {}).rehearse(request, never);
    if (sent === 0) await expect(answer).rejects.toThrow('is no dry run');
    else await answer;
    await io.close();
    expect(server.asked).toHaveLength(sent);
  },
);

test('a review and a port-forward are refused at any other address', async () => {
  await using server = await localServer((_, response) => response.end());
  const io = openReadIo(systemClock());
  const reads = io.open(kubernetesReads, {});
  const at = (path: string) => ({ url: `${server.url}${path}`, headers: {}, tls: {} });
  const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  for (const path of ['/api/v1/namespaces/shop/pods', `${reviews}/x`, `/x?y=${reviews}`, `/x#${reviews}`])
    await expect(reads.review(at(path), {}, never)).rejects.toThrow('is no access review');
  for (const path of ['/exec', '/portforward/exec', '/attach?x=/portforward'])
    await expect(reads.portForward(at(path), 'bus-0:80', never)).rejects.toThrow('is no port-forward');
  expect(server.asked).toEqual([]);
  await reads.review(at(reviews), { kind: 'SelfSubjectAccessReview' }, never);
  expect(server.asked).toEqual([`POST ${reviews}`]);
  await io.close();
});
