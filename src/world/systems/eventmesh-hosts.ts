import type { HostsSpec } from '../model/hosts/spec.ts';
import type { IncidentSpec } from '../model/spec.ts';

const gib = 1024 ** 3;

/** Where the event mesh runs: a unit per host, on vm-1, vm-2 and so on. */
export const eventmeshHosts: HostsSpec = {
  name: 'vm',
  service: 'eventmesh-api',
  user: 'deploy',
  port: 8080,
  program: '/opt/eventmesh/{env}/bin/riptide-api --config /etc/eventmesh/{env}.toml',
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
];
