import { startControlPlane } from '../kubernetes/control-plane.ts';
import { builtKube, kubeProgram, kubernetesVersion } from '../kubernetes/release.ts';
import { find } from '../machine/command.ts';
import { packageMissing } from '../provision/debian.ts';
import type { RealServer } from './server.ts';

const name = 'kube-control-plane';

/** etcd, kube-apiserver, kube-controller-manager, kube-scheduler, and kwok with 20 nodes: everything but containers. */
export const kubeControlPlane: RealServer = {
  name,
  tier: 'all',
  packages: [{ program: 'openssl', name: 'openssl' }],
  // The incident suites of a whole platform use all three.
  uses: ['postgres', 'kafka-4'],
  have: async (machine) => {
    if ((await find('openssl')) === undefined) return packageMissing('openssl', machine.provision);
    const built = await builtKube(machine);
    return built.is === 'available' ? { is: 'available', version: await kubernetesVersion() } : built;
  },
  start: async ({ dir, version, machine }) => {
    const began = performance.now();
    const { port, users, files, end } = await startControlPlane(
      dir,
      await kubeProgram(machine),
      machine.signal,
    );
    const readyMs = Math.round(performance.now() - began);
    const details = { users, certificate: files.certificate, key: files.key };
    return { address: { name, kind: 'kubernetes', version, port, details }, readyMs, end };
  },
};
