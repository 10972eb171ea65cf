import type { Certificates } from './certificate.ts';

/** Ports of the control plane components, all on 127.0.0.1. */
export interface Ports {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiserver: number;
  readonly manager: number;
  readonly scheduler: number;
  readonly kwok: number;
}

const loopback = '127.0.0.1';
/** Client rate limits that do not slow the components down: the cluster has no other load. */
const highRates = ['--kube-api-qps=1000', '--kube-api-burst=2000'];

const serving = ({ certificate, key }: Certificates): readonly string[] => [
  `--bind-address=${loopback}`,
  `--tls-cert-file=${certificate}`,
  `--tls-private-key-file=${key}`,
];

export const etcdArgs = (dir: string, { etcd, etcdPeer }: Ports): readonly string[] => [
  '--name=real',
  `--data-dir=${dir}/data`,
  `--listen-client-urls=http://${loopback}:${etcd}`,
  `--advertise-client-urls=http://${loopback}:${etcd}`,
  `--listen-peer-urls=http://${loopback}:${etcdPeer}`,
  `--initial-advertise-peer-urls=http://${loopback}:${etcdPeer}`,
  `--initial-cluster=real=http://${loopback}:${etcdPeer}`,
  // Its data is deleted after the run.
  '--unsafe-no-fsync',
  '--log-level=warn',
];

export const apiserverArgs = (
  { etcd, apiserver }: Ports,
  files: Certificates,
  tokens: string,
): readonly string[] => [
  ...serving(files),
  `--etcd-servers=http://${loopback}:${etcd}`,
  `--secure-port=${apiserver}`,
  `--advertise-address=${loopback}`,
  // Endpoints cannot be on loopback, and the API server is not addressed through them.
  '--endpoint-reconciler-type=none',
  `--token-auth-file=${tokens}`,
  `--client-ca-file=${files.certificate}`,
  '--authorization-mode=Node,RBAC',
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-key-file=${files.accounts}`,
  `--service-account-signing-key-file=${files.accounts}`,
  '--service-cluster-ip-range=10.96.0.0/16',
  `--kubelet-client-certificate=${files.certificate}`,
  `--kubelet-client-key=${files.key}`,
  `--kubelet-certificate-authority=${files.certificate}`,
  '--kubelet-preferred-address-types=InternalIP',
  '--max-requests-inflight=3000',
  '--max-mutating-requests-inflight=1000',
  '--enable-priority-and-fairness=false',
  '--delete-collection-workers=32',
];

export const managerArgs = (
  { manager }: Ports,
  files: Certificates,
  kubeconfig: string,
): readonly string[] => [
  ...serving(files),
  ...highRates,
  `--secure-port=${manager}`,
  `--kubeconfig=${kubeconfig}`,
  '--leader-elect=false',
  `--root-ca-file=${files.certificate}`,
  `--service-account-private-key-file=${files.accounts}`,
  '--horizontal-pod-autoscaler-sync-period=2s',
];

export const schedulerArgs = (
  { scheduler }: Ports,
  files: Certificates,
  kubeconfig: string,
): readonly string[] => [
  ...serving(files),
  ...highRates,
  `--secure-port=${scheduler}`,
  `--kubeconfig=${kubeconfig}`,
  '--leader-elect=false',
];

export const kwokArgs = ({ kwok }: Ports, kubeconfig: string, config: string): readonly string[] => [
  `--kubeconfig=${kubeconfig}`,
  `--config=${config}`,
  `--server-address=${loopback}:${kwok}`,
  '--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake',
  '--node-lease-duration-seconds=40',
  '--cidr=10.128.0.1/9',
];
