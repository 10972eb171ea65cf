import type { GenericAction } from '../../../domain/runbooks/generic-action.ts';
import type { VerifyStep } from '../../../domain/runbooks/runbook.ts';
import type { VerbName } from './container-verbs.ts';

/** A container that fails its start does so within seconds. */
const stableMs = 10_000;
const withinMs = 2 * 60_000;

/** States in which a container does not run. */
const stopped = 'status in (exited, failed, created, OOMKilled, completed, ended)';

const container = 'workloads[source = "$source" and kind = container and name = "${param.container}"]';
const ofService = 'workloads[source = "$source" and kind = container and owner = "${param.service}"]';

const check = (title: string, that: string, forMs = stableMs): readonly VerifyStep[] => [
  { id: 'v1', title, that, withinMs, forMs },
];

const containerAction = (
  verb: 'start' | 'stop' | 'restart',
  title: string,
  where: string,
  verify: readonly VerifyStep[],
): GenericAction => ({
  id: `${verb}-container`,
  verb,
  title: `${title} container`,
  step: `${title} container \${param.container}`,
  on: 'workloads',
  where: `kind = container and ${where}`,
  params: [{ name: 'container', type: 'choice', from: 'workloads.name', title: 'Container' }],
  with: { container: '${param.container}' },
  verify,
});

const actions: Readonly<Partial<Record<VerbName, readonly GenericAction[]>>> = {
  start: [
    containerAction(
      'start',
      'Start',
      stopped,
      check(
        'The container is running and healthy',
        `all(${container} | status = running and status != \${before})`,
      ),
    ),
  ],
  stop: [
    containerAction(
      'stop',
      'Stop',
      `not ${stopped}`,
      check(
        'The container has stopped and stays stopped',
        `all(${container} | status in (exited, failed) and status != \${before})`,
      ),
    ),
  ],
  restart: [
    containerAction(
      'restart',
      'Restart',
      `not ${stopped}`,
      check(
        'The container has started again and is healthy',
        `all(${container} | startedAt != \${before} and ready = wanted)`,
      ),
    ),
    {
      id: 'restart-service',
      verb: 'restart',
      title: 'Restart all containers of service',
      step: 'Restart service ${param.service}',
      on: 'workloads',
      where: 'kind = service',
      params: [{ name: 'service', type: 'choice', from: 'workloads.name', title: 'Service' }],
      with: { service: '${param.service}' },
      verify: check(
        'All containers of the service have started again and are healthy',
        `all(${ofService} | startedAt != \${before} and ready = wanted)`,
      ),
    },
  ],
};

/** The actions that a container verb offers on the rows of containers and Compose services. */
export const containerActions = (verb: VerbName): readonly GenericAction[] => actions[verb] ?? [];

/** Scales a Compose service. */
export const composeScaleAction: GenericAction = {
  id: 'scale-service',
  verb: 'scale',
  title: 'Scale service',
  step: 'Scale service ${param.service}',
  on: 'workloads',
  where: 'kind = service',
  params: [
    { name: 'service', type: 'choice', from: 'workloads.name', title: 'Service' },
    { name: 'replicas', type: 'int', min: 1, max: 100, title: 'Containers' },
  ],
  with: { service: '${param.service}', replicas: '${param.replicas}' },
  verify: check(
    'All requested containers are running and healthy',
    'all(workloads[source = "$source" and kind = service and name = "${param.service}"] | ready = ${param.replicas} and wanted = ${param.replicas})',
  ),
};
