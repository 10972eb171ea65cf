import { eventmeshBuild } from '../cases/eventmesh-build.ts';
import { eventmeshHosts } from '../cases/eventmesh-hosts.ts';
import { eventmeshRecovery } from '../cases/eventmesh-hosts-recovery.ts';
import { type Exercise, named } from '../support/table.ts';

const checks: readonly Exercise[] = [
  ...['crashed', 'port-conflict', 'slow-host'].map((incident) => ({
    check: 'eventmesh/production',
    incident,
  })),
  ...['build-broken', 'tests-broken'].map((incident) => ({ check: 'eventmesh/dev', incident })),
  { view: 'logs', env: 'eventmesh/production', incident: 'crashed' },
  { view: 'api', env: 'eventmesh/production', incident: 'crashed' },
];

/** All exercises of the event mesh. */
export const eventmesh = [...checks, ...eventmeshHosts, ...eventmeshRecovery, ...eventmeshBuild].map(named);
