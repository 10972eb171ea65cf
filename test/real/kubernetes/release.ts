import { type BuiltGo, builtGo, requiredVersion } from '../provision/go.ts';
import type { Machine } from '../servers/server.ts';

const dir = 'test/real/kubernetes/server';
const component = 'k8s.io/component-base/version';

/** The version of Kubernetes to build, without the `v`. */
export const kubernetesVersion = async (): Promise<string> =>
  (await requiredVersion(dir, 'k8s.io/kubernetes')).slice(1);

/** Builds one program of etcd, the control plane, the kubelet and kwok; its first argument selects the server. */
export const builtKube = async (machine: Machine): Promise<BuiltGo> => {
  const version = await kubernetesVersion();
  const [major = '', minor = ''] = version.split('.');
  return builtGo(
    {
      name: 'kube',
      dir,
      version,
      variables: {
        [`${component}.gitVersion`]: `v${version}`,
        [`${component}.gitMajor`]: major,
        [`${component}.gitMinor`]: minor,
        'sigs.k8s.io/kwok/pkg/consts.Version': await requiredVersion(dir, 'sigs.k8s.io/kwok'),
      },
    },
    machine,
  );
};

/** Path of the built program; rejects if it has not been built. */
export const kubeProgram = async (machine: Machine): Promise<string> => {
  const built = await builtKube({ ...machine, provision: false });
  if (built.is !== 'available') throw new Error(built.why);
  return built.program;
};
