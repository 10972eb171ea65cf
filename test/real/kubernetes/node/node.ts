import { dirname, join, resolve } from 'node:path';
import { freePort } from '../../../support/free-port.ts';
import type { Tracked } from '../../machine/children.ts';
import { launch } from '../../machine/launch.ts';
import { until } from '../../machine/until.ts';
import { accessIn, openApi } from '../api.ts';
import { isNodeReady } from '../fake-nodes.ts';
import { type KubeObject, trueTaint } from '../objects.ts';
import { pathOf } from '../paths.ts';
import { kubeconfigIn, trueNode } from '../users.ts';
import { makeControlGroups } from './control-groups.ts';
import { writeImages } from './images.ts';
import { writeSettings } from './settings.ts';

const withinMs = 60_000;

const node = (port: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: trueNode, labels: { [trueTaint.key]: trueTaint.value } },
  spec: { taints: [trueTaint] },
  status: {
    // A kubelet does not report a loopback address, but keeps addresses that a cloud provider has set.
    addresses: [
      { type: 'InternalIP', address: '127.0.0.1' },
      { type: 'Hostname', address: trueNode },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  },
});

/** Starts containerd and a kubelet that joins the cluster of these users. Outside `workDir` it only creates control groups. */
export const startNode = async (
  workDir: string,
  program: string,
  users: string,
  signal: AbortSignal,
): Promise<Tracked> => {
  const port = await freePort();
  const healthPort = await freePort();
  const cluster = dirname(users);
  const api = openApi(await accessIn(kubeconfigIn(users, 'admin')));
  await writeImages(workDir, signal);
  const groups = await makeControlGroups(`opsdeck-real-${process.pid}`);
  let launched: Tracked | undefined;
  const end = async (): Promise<void> => {
    await launched?.end();
    await groups.remove();
  };
  try {
    const config = await writeSettings({
      workDir,
      port,
      healthPort,
      controlGroups: groups.path,
      certificate: join(cluster, 'cluster.crt'),
      key: join(cluster, 'cluster.key'),
    });
    await api.ask(pathOf({ apiVersion: 'v1', kind: 'Node' }), { method: 'POST', body: node(port) });
    launched = await launch({
      program: 'unshare',
      args: [
        ...['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'],
        ...['sh', resolve('test/real/kubernetes/node/start.sh'), workDir, program],
        `--config=${config}`,
        `--kubeconfig=${kubeconfigIn(users, `system:node:${trueNode}`)}`,
        `--hostname-override=${trueNode}`,
        `--root-dir=${join(workDir, 'kubelet')}`,
        '--cloud-provider=external',
      ],
      dir: workDir,
      readyUrl: `http://127.0.0.1:${healthPort}/healthz`,
      group: true,
      withinMs,
      signal,
    });
    await until('the true node is ready', () => isNodeReady(api, trueNode), withinMs);
    return { end };
  } catch (error) {
    await end();
    throw error;
  } finally {
    await api.close();
  }
};
