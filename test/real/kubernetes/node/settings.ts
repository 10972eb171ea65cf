import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pauseImage } from './images.ts';

/** What a node is configured with. */
export interface NodeSettings {
  readonly room: string;
  readonly port: number;
  readonly healthPort: number;
  readonly controlGroups: string;
  /** Of the cluster: the kubelet serves with them too, and lets in who has them. */
  readonly certificate: string;
  readonly key: string;
}

const scripts = 'test/real/kubernetes/node';
const here = '127.0.0.1';

const containerdToml = (room: string): string => `version = 2
root = "${room}/containerd"
state = "/run/containerd"
[grpc]
address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${pauseImage}"
disable_apparmor = true
netns_mounts_under_state_dir = true
# A negative value needs CAP_SYS_RESOURCE, and is this machine's business.
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".containerd]
# Copies the files of an image: works on every file system.
snapshotter = "native"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "${room}/cni"
conf_dir = "${room}/cni.d"
`;

/** Source: kubelet.config.k8s.io/v1beta1. */
const kubeletConfig = ({ room, ...it }: NodeSettings) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: here,
  port: it.port,
  readOnlyPort: 0,
  healthzBindAddress: here,
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
  // Version 1 of control groups has it so, and so has version 2 then: a shell sees its child killed.
  singleProcessOOMKill: true,
  makeIPTablesUtilChains: false,
  oomScoreAdj: 0,
  podLogsDir: join(room, 'logs'),
  resolvConf: join(room, 'resolv.conf'),
  volumePluginDir: join(room, 'plugins'),
  // How full this machine is says nothing about this node.
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

/** Writes everything into the room; gives the path of the kubelet's configuration. */
export const writeSettings = async (settings: NodeSettings): Promise<string> => {
  const { room } = settings;
  for (const dir of ['cni', 'cni.d', 'addresses', 'plugins', 'logs']) await mkdir(join(room, dir));
  for (const plugin of ['loopback', 'pod']) {
    await copyFile(`${scripts}/cni.sh`, join(room, 'cni', plugin));
    await chmod(join(room, 'cni', plugin), 0o755);
  }
  const network = { cniVersion: '0.3.1', name: 'pods', plugins: [{ type: 'pod' }] };
  await writeFile(join(room, 'cni.d/pods.conflist'), JSON.stringify(network));
  await writeFile(join(room, 'resolv.conf'), `nameserver ${here}\n`);
  await writeFile(join(room, 'containerd.toml'), containerdToml(room));
  const file = join(room, 'kubelet.json');
  await writeFile(file, JSON.stringify(kubeletConfig(settings), null, 2));
  return file;
};
