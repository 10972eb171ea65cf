import { expect, test } from 'vitest';
import { kubernetesConfig } from '../../../../src/sources/kubernetes/api/config.ts';
import { kubectlExecCommand } from '../../../../src/sources/kubernetes/operations/exec/exec.ts';
import { execParams } from '../../../../src/sources/kubernetes/operations/exec/exec-targets.ts';
import type {
  ContainerSummary,
  PodSummary,
} from '../../../../src/sources/kubernetes/pod/container-summary.ts';

const containerNamed = (name: string): ContainerSummary => ({
  name,
  status: 'Running',
  isReady: true,
  isInit: false,
  restarts: 0,
});

const podOf = (...names: readonly string[]): PodSummary => ({
  uid: 'u-1',
  name: 'pg-0',
  namespace: 'shop',
  node: 'node-1',
  owner: 'sts pg',
  labels: {},
  status: 'Running',
  ready: names.length,
  wanted: names.length,
  restarts: 0,
  isLive: true,
  rowFields: {},
  containers: names.map(containerNamed),
});

const command = (
  given: Readonly<Record<string, unknown>>,
  { names = ['pg'], config = {}, file }: { names?: readonly string[]; config?: object; file?: string } = {},
): string => {
  const pod = podOf(...names);
  const container = containerNamed(names.at(-1) ?? '');
  const params = execParams.parse({ pod: 'pg-0', ...given });
  return kubectlExecCommand(
    { pod, container },
    params,
    { config: kubernetesConfig.parse(config), dir: '/etc/ops' },
    file,
  );
};

test('the equivalent kubectl command, quoted for a shell', () => {
  expect(command({ argv: ['pg_dump', '-Fc', 'shop'] })).toBe('kubectl exec -n shop pg-0 -- pg_dump -Fc shop');
  expect(command({ argv: ['psql', '-c', "select 'a b'"] })).toBe(
    "kubectl exec -n shop pg-0 -- psql -c 'select '\\''a b'\\'''",
  );
});

test('names the container of a pod with several, and the cluster of the profile', () => {
  expect(command({ argv: ['date'] }, { names: ['proxy', 'pg'] })).toBe(
    'kubectl exec -n shop pg-0 -c pg -- date',
  );
  expect(command({ argv: ['date'] }, { config: { context: 'prod eu', kubeconfig: 'kube.yaml' } })).toBe(
    "kubectl --kubeconfig /etc/ops/kube.yaml --context 'prod eu' exec -n shop pg-0 -- date",
  );
});

test('a saved or fed file is a shell redirection', () => {
  const argv = ['pg_dump'];
  const gz = { file: '/srv/a b.gz' };
  expect(command({ argv, save: 'a b.gz', gzip: true }, gz)).toBe(
    "kubectl exec -n shop pg-0 -- pg_dump | gzip > '/srv/a b.gz'",
  );
  expect(command({ argv: ['psql'], feed: 'a b.gz' }, gz)).toBe(
    "gunzip -c '/srv/a b.gz' | kubectl exec -i -n shop pg-0 -- psql",
  );
  expect(command({ argv: ['psql'], feed: 'a.sql' }, { file: '/srv/a.sql' })).toBe(
    'kubectl exec -i -n shop pg-0 -- psql < /srv/a.sql',
  );
});
