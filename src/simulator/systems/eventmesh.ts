import type { HostsSpec } from '../model/spec/hosts.ts';
import type {
  EnvironmentSpec,
  IncidentSpec,
  ScriptContext,
  ScriptLogSpec,
  SystemSpec,
} from '../model/spec/system-spec.ts';
import { eventmeshCheckout, eventmeshCheckoutIncidents } from './eventmesh-checkout.ts';
import { eventmeshCi, eventmeshCiIncidents, eventmeshIncidentsInCi } from './eventmesh-ci.ts';

const gib = 1024 ** 3;

/** Hosts of the event mesh: one unit per host, on vm-1, vm-2 and so on. */
const eventmeshHosts: HostsSpec = {
  name: 'vm',
  service: 'eventmesh-api',
  user: 'deploy',
  port: 8080,
  dir: '/opt/eventmesh/{env}',
  program: 'bin/riptide-api',
  arguments: '--config etc/eventmesh.toml',
  files: { 'bin/riptide-api': 18_874_368, 'bin/riptide-cli': 6_291_456, 'etc/eventmesh.toml': 2048 },
  backups: '/opt/eventmesh/backups',
  environment: {
    RUST_LOG: 'info',
    REDIS_URL: 'redis://:not-shown-to-anybody@redis.eventmesh.internal:6379/0',
    DATABASE_URL: 'postgresql://eventmesh:not-shown-to-anybody@db.eventmesh.internal/eventmesh',
    API_KEY: 'not-shown-to-anybody',
  },
  log: '/var/log/eventmesh/api.log',
  target: 'riptide_api',
  cores: 2,
  memoryBytes: 4 * gib,
};

/** Host incidents that fail the health check. */
export const eventmeshHostIncidents: readonly IncidentSpec[] = [
  {
    name: 'port-conflict',
    title: 'another process has taken port 8080: the service cannot be started, its health check is refused',
    hosts: { portTakenBy: { program: 'python3 -m http.server 8080', user: 'deploy' } },
  },
  {
    name: 'crashed',
    title: 'the service panicked and stays down: its health check is refused',
    hosts: {
      panic: {
        at: 'crates/riptide-api/src/routes/events.rs:214:27',
        message: 'called `Option::unwrap()` on a `None` value',
      },
    },
  },
  {
    name: 'bad-release',
    title:
      'a new version was deployed that cannot work: its health check fails; the one before is packed away',
    hosts: {
      deployed: {
        version: '0.2.0',
        damage: 'cannot migrate: column "shard" of relation "events" does not exist',
      },
    },
  },
  {
    name: 'data-corruption',
    title: 'what the service has stored is damaged: it runs, and its health check fails',
    hosts: { damaged: 'segment 00000000000000048211.log: checksum mismatch at offset 1048576' },
  },
  {
    name: 'corruption-stopped',
    title: 'what the service has stored is damaged, and it has been stopped on every host',
    hosts: {
      damaged: 'segment 00000000000000048211.log: checksum mismatch at offset 1048576',
      stopped: true,
    },
  },
  {
    name: 'system-failure',
    title: 'what was deployed is gone from the disks: the service cannot be started anywhere',
    hosts: { lost: true },
  },
  {
    name: 'host-replaced',
    title: 'what was deployed is gone from the disks, and the last host is a new one without archives',
    hosts: { lost: true, replaced: true },
  },
  {
    name: 'slow-host',
    title: 'a thread of the service turns in circles: the processors are busy, and every answer is late',
    hosts: { spinning: { ms: 1400, share: 0.93 } },
  },
  {
    name: 'hung',
    title: 'every thread of the service waits for another one: it runs and listens, and answers nothing',
    hosts: { spinning: { ms: 600_000, share: 0 } },
  },
];

/** Incidents that block access to healthy hosts until other teams fix them. */
export const eventmeshAccessIncidents: readonly IncidentSpec[] = [
  {
    name: 'cut-off',
    title: 'a firewall blocks the public address from healthy hosts; its administrators fix it after 80 s',
    hosts: { cutOffMs: 80_000 },
  },
  {
    name: 'deploy-denied',
    title:
      'a deployment failed: its directory belongs to another account, which is given back within a minute and a half',
    hosts: { lockedMs: 80_000 },
  },
];

const everyMs = 10_000;
const cores = 2;

const isUp = ({ services }: ScriptContext): boolean =>
  services.every(({ running, wanted }) => running >= wanted);
const percent = (view: ScriptContext, what: string, least: number, below: number): string =>
  `${least + view.some(what, below)}.${view.some(`${what} tenths`, 10)}%`;

const watched = (file: string, lines: ScriptLogSpec['lines']): ScriptLogSpec => ({ file, everyMs, lines });

/** Log files of deployment and monitoring scripts. */
const eventmeshScriptLogs: readonly ScriptLogSpec[] = [
  {
    file: 'logs/deploy_{date}.log',
    lines: ({ services }) =>
      services.flatMap(({ name, version }) => [
        `INFO deploying ${name} ${version}`,
        'INFO backup of the binary before: ok',
        'INFO waiting for the health check',
        `INFO deployed ${name} ${version}: healthy`,
      ]),
  },
  watched('metrics/resource_usage.log', (view) => [
    `cpu=${percent(view, 'cpu', 12, 6)} memory=${percent(view, 'memory', 31, 4)} disk=${percent(view, 'disk', 46, 1)} cores=${cores}`,
  ]),
  watched('logs/health_monitor_{date}.log', (view) => [
    isUp(view)
      ? `OK healthz 200 ${3 + view.some('healthz', 9)} ms`
      : 'FAILED healthz: no answer within 5 s, or no success',
  ]),
  watched('logs/health_alerts_{date}.log', (view) =>
    isUp(view) ? [] : ['ALERT eventmesh-api does not answer its health check'],
  ),
  watched('logs/memory_usage_{date}.log', (view) => [`memory used ${percent(view, 'memory', 31, 4)}`]),
  watched('logs/cpu_usage_{date}.log', (view) => [`cpu used ${percent(view, 'cpu', 12, 6)}`]),
  watched('logs/disk_io_{date}.log', (view) => [
    `read ${view.some('read', 40)} kB/s written ${90 + view.some('written', 60)} kB/s`,
  ]),
  watched('logs/resource_summary_{date}.log', (view) => [
    `summary cpu=${percent(view, 'cpu', 12, 6)} memory=${percent(view, 'memory', 31, 4)}: ${isUp(view) ? 'all within limits' : 'the service does not run'}`,
  ]),
];

const mib = 1024 * 1024;

const environment = (name: string, instances: number, slowness: number): EnvironmentSpec => ({
  name,
  instances: { 'eventmesh-api': instances },
  requestsPerSecond: 6,
  slowness,
  errorShare: 0,
});

/** An event mesh in Rust, as systemd units on hosts, in four environments: the system of profiles/eventmesh. */
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
        ['cargo', 'git', 'rg', 'rsync', 'scp', 'sha256sum', 'curl', 'valgrind'].map((name) => [name, name]),
      ),
      'github-api': 'github',
      deploy: 'deploy.sh',
      'monitor-health': 'monitor_health.sh',
      'monitor-resources': 'monitor_resources.sh',
      'metrics-report': 'generate_metrics_report.sh',
    },
    // All requests and their clients share one machine.
    texts: {
      normal: '2000',
      slow: '3000',
      repository: 'riptide/eventmesh',
      'github-token': 'rehearsal',
      'ci-every': '4s',
      'ci-time': '10m',
      'host-1': 'vm-1',
      'host-2': 'vm-2',
      every: '2s',
      'hosts-every': '4s',
      // Longer than the time until an effect that is undone after ten seconds becomes visible.
      sustained: '15s',
      patience: '45s',
      'watch-after': '16s',
      symptom: '5s',
      samples: '3',
      'debug-for': '5m',
      watch: '16s',
      'watch-begins': '20s',
    },
  },
  incidents: [
    ...[...eventmeshHostIncidents, ...eventmeshAccessIncidents, ...eventmeshCheckoutIncidents].map(
      (incident): IncidentSpec => {
        const ci = eventmeshIncidentsInCi[incident.name];
        return ci === undefined ? incident : { ...incident, ci };
      },
    ),
    ...eventmeshCiIncidents,
  ],
  hosts: eventmeshHosts,
  checkout: eventmeshCheckout,
  ci: eventmeshCi,
  scriptLogs: eventmeshScriptLogs,
};
