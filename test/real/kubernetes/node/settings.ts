import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pauseImage } from './images.ts';

/** Settings of a node. */
export interface NodeSettings {
  readonly workDir: string;
  readonly port: number;
  readonly healthPort: number;
  readonly controlGroups: string;
  /** Certificate and key of the cluster: the kubelet serves with them, and accepts clients that have them. */
  readonly certificate: string;
  readonly key: string;
}

const scripts = 'test/real/kubernetes/node';
const loopback = '127.0.0.1';

const containerdToml = (workDir: string): string => `version = 2
root = "${workDir}/containerd"
state = "/run/containerd"
[grpc]
address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${pauseImage}"
disable_apparmor = true
netns_mounts_under_state_dir = true
# A negative value would need CAP_SYS_RESOURCE and affect this machine.
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
# Copies the files of an image, which works on every file system.
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "${workDir}/cni"
conf_dir = "${workDir}/cni.d"
`;

/** Source: kubelet.config.k8s.io/v1beta1. */
const kubeletConfig = ({ workDir, ...it }: NodeSettings) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: loopback,
  port: it.port,
  readOnlyPort: 0,
  healthzBindAddress: loopback,
  healthzPort: it.healthPort,
  tlsCertFile: it.certificate,
  tlsPrivateKeyFile: it.key,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: it.certificate },
  },
  authorization: { mode: 'Webhook' },
  containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  cgroupDriver: 'cgroupfs',
  cgroupRoot: it.controlGroups,
  enforceNodeAllocatable: [],
  failCgroupV1: false,
  failSwapOn: false,
  // As in cgroups v1, also with v2: only one process is killed, so a shell can outlive its child.
  singleProcessOOMKill: true,
  makeIPTablesUtilChains: false,
  oomScoreAdj: 0,
  podLogsDir: join(workDir, 'logs'),
  resolvConf: join(workDir, 'resolv.conf'),
  volumePluginDir: join(workDir, 'plugins'),
  // Free space of this machine must not cause evictions.
  evictionHard: {
    'memory.available': '0%',
    'nodefs.available': '0%',
    'nodefs.inodesFree': '0%',
    'imagefs.available': '0%',
    'imagefs.inodesFree': '0%',
    'pid.available': '0%',
  },
  imageGCHighThresholdPercent: 100,
  nodeStatusUpdateFrequency: '2s',
});

/** Writes all settings into the working directory; returns the path of the kubelet's configuration. */
export const writeSettings = async (settings: NodeSettings): Promise<string> => {
  const { workDir } = settings;
  for (const dir of ['cni', 'cni.d', 'addresses', 'plugins', 'logs']) await mkdir(join(workDir, dir));
  for (const plugin of ['loopback', 'pod']) {
    await copyFile(`${scripts}/cni.sh`, join(workDir, 'cni', plugin));
    await chmod(join(workDir, 'cni', plugin), 0o755);
  }
  const network = { cniVersion: '0.3.1', name: 'pods', plugins: [{ type: 'pod' }] };
  await writeFile(join(workDir, 'cni.d/pods.conflist'), JSON.stringify(network));
  await writeFile(join(workDir, 'resolv.conf'), `nameserver ${loopback}\n`);
  await writeFile(join(workDir, 'containerd.toml'), containerdToml(workDir));
  const file = join(workDir, 'kubelet.json');
  await writeFile(file, JSON.stringify(kubeletConfig(settings), null, 2));
  return file;
};
