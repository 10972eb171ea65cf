import type { HostsSpec } from '../model/hosts/spec.ts';
import type { IncidentSpec } from '../model/spec.ts';

const gib = 1024 ** 3;

/** Where the event mesh runs: a unit per host, on vm-1, vm-2 and so on. */
export const eventmeshHosts: HostsSpec = {
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

/** How a host can make the health check fail. */
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
];

/** What keeps people from the hosts while the service itself is well; others put it right after a while. */
export const eventmeshReachIncidents: readonly IncidentSpec[] = [
  {
    name: 'cut-off',
    title:
      'a firewall keeps the public address from the hosts, which are well; its administrators mend it within a minute and a half',
    hosts: { cutOffMs: 80_000 },
  },
  {
    name: 'deploy-denied',
    title:
      'a deployment failed: its directory belongs to another account, which is given back within a minute and a half',
    hosts: { lockedMs: 80_000 },
  },
];
