import type { Environment } from '../../../src/simulator/model/environment.ts';
import type { Deployment } from '../../../src/simulator/model/instances/deployment.ts';
import type { ServiceInstance } from '../../../src/simulator/model/instances/instance.ts';
import type { FailureSpec } from '../../../src/simulator/model/spec/system-spec.ts';
import { moveUnits } from './parts.ts';
import { isBad, type World } from './world.ts';

/** A good process: of the same service if there is one. */
const siblingOf = (env: Environment, bad: ServiceInstance): ServiceInstance | undefined =>
  env.instancesOf(bad.service.name).find((instance) => !isBad(instance)) ??
  env.instances.find((instance) => !isBad(instance));

const moveInstance = (env: Environment, bad: ServiceInstance): number => {
  const { running, extraDelayMs, ownFailure, heapRetained } = bad;
  const sibling = siblingOf(env, bad);
  if (sibling === undefined || (running && extraDelayMs === 0 && ownFailure === undefined)) return 0;
  bad.repair(env.now);
  Object.assign(sibling, { running, extraDelayMs, ownFailure, heapRetained });
  return 1;
};

/** The failure of a bad release as one of the process, which every process can have. */
const failureOf = ({ failing, release: { fault } }: Deployment): FailureSpec | undefined =>
  failing ?? (fault === undefined ? undefined : { share: fault.share, error: fault.exception });

const moveReleases = (env: Environment): number => {
  const all = [...env.deployments.values()];
  const bad = all.find((deployment) => failureOf(deployment) !== undefined);
  const other = all.find(({ isDegraded }) => !isDegraded);
  if (bad === undefined || other === undefined) return 0;
  const failure = failureOf(bad);
  bad.repair();
  for (const instance of env.instancesOf(bad.service.name)) {
    instance.repair(env.now);
    instance.release = undefined;
  }
  for (const instance of env.instancesOf(other.service.name)) instance.ownFailure = failure;
  return 1;
};

const moveDependencies = ({ dependencies }: Environment): number => {
  const down = [...dependencies.values()].find(({ up }) => !up);
  const other = [...dependencies.values()].find(({ up }) => up);
  if (down === undefined || other === undefined) return 0;
  down.up = true;
  other.up = false;
  return 1;
};

const moveBreakers = (env: Environment): number => {
  let moved = 0;
  for (const instance of env.instances)
    for (const breaker of instance.breakers.filter(({ state }) => state !== 'CLOSED')) {
      const sibling = env.instances.flatMap((serviceInstance) =>
        serviceInstance.breakers.filter((other) => other !== breaker && other.state === 'CLOSED'),
      )[0];
      if (sibling === undefined) continue;
      breaker.reset(env.now);
      sibling.trip(env.now);
      moved += 1;
    }
  return moved;
};

const lagging = 200;

const moveLag = ({ parts: { messaging } }: Environment): number => {
  const groups = [...(messaging?.groups.values() ?? [])];
  const bad = groups.find(({ lag, isStalled }) => isStalled || lag > lagging);
  const other = groups.find((group) => group !== bad && !group.isStalled && group.spec !== undefined);
  if (bad === undefined || other === undefined) return 0;
  other.perSecond = 0;
  bad.catchUp();
  return 1;
};

const moveDiagnostics = ({ now, parts: { compose } }: Environment): number => {
  const containers = compose?.containers ?? [];
  const bad = containers.find(({ diagnostic }) => diagnostic !== '');
  const other = containers.find(({ diagnostic, isRunning }) => diagnostic === '' && isRunning);
  if (bad === undefined || other === undefined) return 0;
  other.complain(now, bad.diagnostic);
  bad.diagnostic = '';
  return 1;
};

/** The symptom is gone where it was, and appears on a sibling. */
export const moveSymptom = ({ env }: World): number => {
  const instances = env.instances.filter(isBad).map((bad) => moveInstance(env, bad));
  const parts = [
    moveReleases(env),
    moveDependencies(env),
    moveBreakers(env),
    moveLag(env),
    moveDiagnostics(env),
    moveUnits(env),
  ];
  return [...instances, ...parts].reduce((sum, count) => sum + count, 0);
};
