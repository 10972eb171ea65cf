import type { Environment } from './environment.ts';
import { strikeParts } from './parts.ts';
import type { IncidentSpec } from './spec.ts';

const leaveAtDebug = (env: Environment, { servicesNoisy = {} }: IncidentSpec): void => {
  for (const [service, perSecond] of Object.entries(servicesNoisy)) {
    env.deployments.get(service)?.babble(perSecond);
    for (const instance of env.instancesOf(service)) instance.loggers.set(`app.${service}`, 'DEBUG');
  }
};

/** Does to an environment what an incident says. */
export const breakBy = (env: Environment, incident: IncidentSpec): void => {
  for (const name of incident.dependenciesDown ?? []) {
    const dependency = env.dependencies.get(name);
    if (dependency) dependency.up = false;
  }
  for (const [service, ms] of Object.entries(incident.servicesSlow ?? {}))
    for (const instance of env.instancesOf(service)) instance.hinderedMs = ms;
  for (const service of incident.servicesStopped ?? [])
    for (const instance of env.instancesOf(service)) instance.running = false;
  for (const [service, crowd] of Object.entries(incident.servicesCrowded ?? {}))
    env.deployments.get(service)?.crowd(crowd);
  for (const [service, release] of Object.entries(incident.servicesReleased ?? {}))
    env.deployments.get(service)?.rollOut(release);
  leaveAtDebug(env, incident);
  strikeParts(env.parts, incident);
};

/** Anything that an incident can break is still broken, or a breaker is not closed. */
export const isBroken = (env: Environment): boolean =>
  env.parts.all.some((part) => part.isBroken) ||
  [...env.dependencies.values()].some((dependency) => !dependency.up) ||
  [...env.deployments.values()].some((deployment) => deployment.isTroubled) ||
  env.instances.some(
    (i) => !i.running || i.hinderedMs > 0 || i.noise > 0 || i.breakers.some((b) => b.state !== 'CLOSED'),
  );
