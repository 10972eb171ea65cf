import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import type { Tracked } from '../machine/children.ts';
import { command } from '../machine/command.ts';
import { launch } from '../machine/launch.ts';
import { accessIn, isHealthy, openApi } from './api.ts';
import { type Certificates, createCertificates } from './certificate.ts';
import { createFakeNodes } from './fake-nodes.ts';
import { apiserverArgs, etcdArgs, kwokArgs, managerArgs, type Ports, schedulerArgs } from './parts.ts';
import { pathOf } from './paths.ts';
import { permissions } from './permissions.ts';
import { kubeconfigIn, writeUsers } from './users.ts';

const withinMs = 90_000;

/** A running control plane. */
export interface ControlPlane extends Tracked {
  readonly port: number;
  /** The directory with a kubeconfig per user. */
  readonly users: string;
  readonly files: Certificates;
}

const freePorts = async (): Promise<Ports> => {
  const etcd = await freePort();
  const etcdPeer = await freePort();
  const apiserver = await freePort();
  const manager = await freePort();
  const scheduler = await freePort();
  const kwok = await freePort();
  return { etcd, etcdPeer, apiserver, manager, scheduler, kwok };
};

/** Starts etcd, the API server, the controller manager, the scheduler and kwok with its nodes. If one fails, stops the others. */
export const startControlPlane = async (
  dir: string,
  program: string,
  signal: AbortSignal,
): Promise<ControlPlane> => {
  const ports = await freePorts();
  const files = await createCertificates(dir, signal);
  const ca = await readFile(files.certificate, 'utf8');
  const users = join(dir, 'users');
  const tokens = await writeUsers(users, { server: `https://127.0.0.1:${ports.apiserver}`, ca });
  const started: Tracked[] = [];
  const end = async (): Promise<void> => {
    // etcd last: the others would log errors and wait for it.
    const [etcd, ...others] = started;
    await Promise.all(others.map((tracked) => tracked.end()));
    await etcd?.end();
  };
  const run = async (
    name: string,
    args: readonly string[],
    ready: { readonly readyUrl: string } | { readonly isReady: () => Promise<boolean> },
  ): Promise<void> => {
    const workDir = join(dir, name);
    await mkdir(workDir);
    const env = { HOME: workDir };
    started.push(
      await launch({ program, args: [name, ...args], env, dir: workDir, withinMs, signal, ...ready }),
    );
  };
  const secure = (port: number) => ({ isReady: () => isHealthy(`https://127.0.0.1:${port}/healthz`, ca) });
  const plain = (port: number) => ({ readyUrl: `http://127.0.0.1:${port}/healthz` });
  const config = (user: Parameters<typeof kubeconfigIn>[1]): string => kubeconfigIn(users, user);
  const api = openApi(await accessIn(config('admin')));
  try {
    const health = { readyUrl: `http://127.0.0.1:${ports.etcd}/health` };
    await run('etcd', etcdArgs(join(dir, 'etcd'), ports), health);
    await run('kube-apiserver', apiserverArgs(ports, files, tokens), {
      isReady: async () => (await api.call('/readyz')).status === 200,
    });
    for (const body of permissions) await api.ask(pathOf(body), { method: 'POST', body });
    const stages = await writeStages(dir, program, signal);
    const rest = await Promise.allSettled([
      run(
        'kube-controller-manager',
        managerArgs(ports, files, config('system:kube-controller-manager')),
        secure(ports.manager),
      ),
      run(
        'kube-scheduler',
        schedulerArgs(ports, files, config('system:kube-scheduler')),
        secure(ports.scheduler),
      ),
      run('kwok', kwokArgs(ports, config('kwok'), stages), plain(ports.kwok)),
    ]);
    for (const settledResult of rest) if (settledResult.status === 'rejected') throw settledResult.reason;
    await createFakeNodes(api);
    return { port: ports.apiserver, users, files, end };
  } catch (error) {
    await end();
    throw error;
  } finally {
    await api.close();
  }
};

/** Writes kwok's default stages, and the limits for pods that it updates concurrently. */
const writeStages = async (dir: string, program: string, signal: AbortSignal): Promise<string> => {
  const { status, output } = await command(program, ['kwok-stages'], { signal });
  if (status !== 0) throw new Error(`kwok-stages failed: ${output}`);
  const options = {
    apiVersion: 'config.kwok.x-k8s.io/v1alpha1',
    kind: 'KwokConfiguration',
    // Setting one requires setting all of them.
    options: {
      podPlayStageParallelism: 32,
      nodePlayStageParallelism: 4,
      nodeLeaseParallelism: 4,
      podsOnNodeSyncParallelism: 4,
    },
  };
  const file = join(dir, 'kwok.yaml');
  await writeFile(file, `${output}\n---\n${JSON.stringify(options)}\n`);
  return file;
};
