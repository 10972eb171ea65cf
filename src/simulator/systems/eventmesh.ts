import type { EnvironmentSpec, SystemSpec } from '../model/spec.ts';
import { eventmeshCheckout, eventmeshCheckoutIncidents } from './eventmesh-checkout.ts';
import { eventmeshHostIncidents, eventmeshHosts, eventmeshReachIncidents } from './eventmesh-hosts.ts';
import { eventmeshScriptLogs } from './eventmesh-scripts.ts';

const mib = 1024 * 1024;

const environment = (name: string, instances: number, slowness: number): EnvironmentSpec => ({
  name,
  instances: { 'eventmesh-api': instances },
  requestsPerSecond: 6,
  slowness,
  errorShare: 0,
});

/** An event mesh in Rust, as systemd units on hosts, in four environments: the system that profiles/eventmesh describes. */
export const eventmesh: SystemSpec = {
  name: 'eventmesh',
  services: [
    {
      name: 'eventmesh-api',
      version: '0.1.0',
      api: '/api/v1',
      latencyMs: 5,
      heapMaxBytes: 256 * mib,
      calls: [{ to: 'redis', share: 0.5 }],
      indicators: [],
      openBreakerIsDown: false,
      managementApart: false,
      showsMetrics: true,
    },
  ],
  dependencies: [{ name: 'redis', log: 'redis', latencyMs: 1, error: 'redis: connection refused' }],
  environments: [
    environment('local', 1, 0.5),
    environment('dev', 1, 1),
    environment('staging', 1, 1),
    environment('production', 2, 1.2),
  ],
  rehearsal: {
    addresses: {
      api: 'front',
      'ssh-config': 'ssh-config',
      'ssh-client': 'ssh',
      checkout: 'files',
      'chat-url': 'chat',
      'known-issues': 'known-issues',
      'api-plain': 'front-plain',
      'staging-api': 'staging/front',
      ...Object.fromEntries(
        ['cargo', 'gh', 'git', 'rg', 'rsync', 'scp', 'sha256sum', 'curl', 'valgrind'].map((name) => [
          name,
          name,
        ]),
      ),
      deploy: 'deploy.sh',
      'monitor-health': 'monitor_health.sh',
      'monitor-resources': 'monitor_resources.sh',
      'metrics-report': 'generate_metrics_report.sh',
    },
    // All that is asked, and who asks, shares one machine.
    texts: {
      normal: '2000',
      slow: '3000',
      'host-1': 'vm-1',
      'host-2': 'vm-2',
      every: '2s',
      'hosts-every': '4s',
      // Longer than what was undone after ten seconds takes to show.
      sustained: '15s',
      patience: '45s',
      'watch-after': '16s',
      samples: '3',
      'debug-for': '5m',
      watch: '16s',
      'watch-begins': '20s',
    },
  },
  incidents: [...eventmeshHostIncidents, ...eventmeshReachIncidents, ...eventmeshCheckoutIncidents],
  hosts: eventmeshHosts,
  checkout: eventmeshCheckout,
  scriptLogs: eventmeshScriptLogs,
};
