import type { ClusterSpec, DeployedSpec } from '../model/cluster/spec.ts';

const deployed = (memory: string): DeployedSpec => ({
  runtime: 'java',
  requests: { cpu: '250m', memory: '512Mi' },
  limits: { cpu: '1', memory },
  env: { JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=50.0' },
});

/** What the demo's shop runs on; nobody measures its pods on a laptop. */
export const demoCluster: ClusterSpec = {
  name: 'demo',
  registry: 'registry.shop.example',
  namespace: 'shop',
  nodes: { count: 2, cpu: '4', memory: '8Gi' },
  services: {
    bus: deployed('1Gi'),
    orders: deployed('1536Mi'),
    billing: deployed('1Gi'),
    catalog: deployed('2Gi'),
  },
  statefulSets: [
    {
      name: 'broker',
      replicas: 1,
      image: 'rabbitmq:4.1',
      port: 5672,
      dependency: 'broker',
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { cpu: '1', memory: '1Gi' },
    },
  ],
  withoutMetrics: ['local'],
};
