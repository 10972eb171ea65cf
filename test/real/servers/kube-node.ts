import { startNode } from '../kubernetes/node/node.ts';
import { builtKube, kubeProgram, kubernetesVersion } from '../kubernetes/release.ts';
import { find } from '../machine/command.ts';
import { packageMissing } from '../provision/debian.ts';
import { detailOf } from '../setting.ts';
import type { Availability, Machine, RealServer } from './server.ts';

const name = 'kube-node';
const packages = [
  { program: 'containerd', name: 'containerd' },
  { program: 'runc', name: 'runc' },
  { program: 'busybox', name: 'busybox-static' },
  { program: 'openssl', name: 'openssl' },
] as const;

const have = async (machine: Machine): Promise<Availability> => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { is: 'missing', why: 'only root on Linux can run containers', excused: true };
  for (const pkg of packages)
    if ((await find(pkg.program)) === undefined) return packageMissing(pkg.name, machine.provision);
  const built = await builtKube(machine);
  return built.is === 'available' ? { is: 'available', version: await kubernetesVersion() } : built;
};

/** A node of that cluster that runs containers: a kubelet of the same version on Debian's containerd. */
export const kubeNode: RealServer = {
  name,
  tier: 'all',
  packages,
  uses: ['kube-control-plane'],
  have,
  start: async ({ dir, version, machine, others }) => {
    const cluster = others.find(({ kind }) => kind === 'kubernetes');
    if (cluster === undefined) throw new Error('kube-control-plane is not running');
    const users = detailOf(cluster, 'users');
    const began = performance.now();
    const { end } = await startNode(dir, await kubeProgram(machine), users, machine.signal);
    const readyMs = Math.round(performance.now() - began);
    return {
      address: { name, kind: 'kube-node', version, port: cluster.port, details: { users } },
      readyMs,
      end,
    };
  },
};
