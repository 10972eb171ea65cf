import type { Environment } from './model/environment.ts';
import type { RehearsalSpec } from './model/spec.ts';
import { environmentServers } from './servers/environment.ts';
import type { RunningServer } from './servers/serve.ts';

/** The running servers of one environment, by what they are called: edge, a dependency, an instance, an instance's `-app`. */
export type Servers = ReadonlyMap<string, RunningServer>;

/**
 * Where everything of an environment listens, as `${world.NAME}` in a profile: the actuator of an instance under its
 * name, that of a service's first instance under the service's, their applications under the same with `-app`, their
 * metrics pages with `-metrics`; edge, deploy, prometheus, alertmanager, what
 * stands in front of hosts, and every dependency at their root.
 */
export const addressesOf = (
  env: Pick<Environment, 'instances' | 'dependencies'>,
  servers: Servers,
): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const name of [...environmentServers, ...env.dependencies.keys()])
    found[`world.${name}`] = servers.get(name)?.url ?? '';
  for (const name of ['front', 'front-plain']) {
    const front = servers.get(name);
    if (front !== undefined) found[`world.${name}`] = front.url;
  }
  for (const { name, service } of env.instances) {
    const management = servers.get(name)?.url ?? '';
    found[`world.${name}`] = `${management}/actuator`;
    found[`world.${name}-app`] = servers.get(`${name}-app`)?.url ?? management;
    found[`world.${name}-metrics`] = `${management}/actuator/prometheus`;
    found[`world.${service.name}-metrics`] ??= `${management}/actuator/prometheus`;
    found[`world.${service.name}`] ??= `${management}/actuator`;
    found[`world.${service.name}-app`] ??= servers.get(`${name}-app`)?.url ?? management;
  }
  return found;
};

/** What a rehearsal puts into the vars of a real profile; what this environment does not have is left out. */
export const rehearsalVarsOf = (
  { addresses, texts }: RehearsalSpec,
  found: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => {
  const filled = Object.entries(addresses).flatMap(([name, of]) => {
    const address = found[`world.${of}`];
    return address === undefined ? [] : [[name, address] as const];
  });
  return { ...texts, ...Object.fromEntries(filled) };
};
