import { type BuiltGo, builtGo, requiredVersion } from '../provision/go.ts';
import type { Machine } from '../servers/server.ts';

const dir = 'test/real/kubernetes/server';
const component = 'k8s.io/component-base/version';

/** The Kubernetes that is built, without the `v`. */
export const kubernetesVersion = async (): Promise<string> =>
  (await requiredVersion(dir, 'k8s.io/kubernetes')).slice(1);

/** etcd, the control plane, the kubelet and kwok, in one program whose first argument says which of them it is. */
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

/** The program that was built; rejects when there is none. */
export const kubeProgram = async (machine: Machine): Promise<string> => {
  const built = await builtKube({ ...machine, provision: false });
  if (built.is !== 'had') throw new Error(built.why);
  return built.program;
};
