import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openKubeClient } from '../../../src/sources/kubernetes/api/client.ts';
import { kubernetesConfig } from '../../../src/sources/kubernetes/api/config.ts';
import { localServer } from '../../support/local-server.ts';
import { httpProxy, socksProxy } from '../../support/loopback-proxy.ts';

const never = new AbortController().signal;

test.each(['http', 'socks5'])('requests use the %s proxy of the kubeconfig', async (scheme) => {
  await using server = await localServer((_, response) => response.end('{"kind":"PodList"}'));
  const open = scheme === 'http' ? httpProxy : socksProxy;
  await using proxy = await open({ target: server.port, login: 'ana:hunter22' });
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-proxy-url-'));
  const kubeconfig = join(dir, 'config');
  await writeFile(
    kubeconfig,
    `current-context: prod
clusters: [{ name: c, cluster: { server: "http://kube.example:6443", proxy-url: "${scheme}://ana:hunter22@127.0.0.1:${proxy.port}", disable-compression: true } }]
users: [{ name: u, user: { token: t-12345678, as: bob, as-groups: [ops, dba] } }]
contexts: [{ name: prod, context: { cluster: c, user: u } }]
`,
  );
  const io = openReadIo(systemClock());
  const client = openKubeClient('k8s', kubernetesConfig.parse({ kubeconfig }), io);
  expect(await client.get('/api/v1/pods', never)).toEqual({ kind: 'PodList' });
  expect(proxy.requestedTargets).toEqual(['kube.example:6443']);
  expect(server.headers[0]).toMatchObject({
    authorization: 'Bearer t-12345678',
    'accept-encoding': 'identity',
    'impersonate-group': 'ops, dba',
  });
  client.close();
  await io.close();
  await rm(dir, { recursive: true });
});
