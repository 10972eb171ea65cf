import { createHash } from 'node:crypto';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Compose } from '../../model/compose/compose.ts';
import type { ComposeContainer } from '../../model/compose/compose-container.ts';
import type { Environment } from '../../model/environment.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';

/** Docker daemon of an environment at the current time. */
export interface DaemonContext {
  readonly env: Environment;
  readonly compose: Compose;
  /** Now, on the caller's clock. */
  readonly at: Millis;
  /** A model time on the caller's clock. */
  toClock(modelAt: Millis): Millis;
}

/** Returns the daemon. Throws for an environment without one. */
export const resolveDaemon = (view: SimulatorContext): DaemonContext => {
  const time = view.clock.now();
  const env = view.model.environmentAt(view.env, time);
  const { compose } = env.parts;
  if (compose === undefined) throw new Error(`no Docker in ${view.env} of the simulator`);
  return { env, compose, at: time, toClock: (modelAt) => view.model.toClock(modelAt) };
};

/** A container by name, ID or ID prefix. */
export const containerNamed = ({ compose }: DaemonContext, name: string): ComposeContainer | undefined =>
  compose.containers.find(
    (container) => container.name === name || (name.length >= 12 && container.id.startsWith(name)),
  );

/** Hash of a configuration: of its variables, the only part that the simulator applies. */
const configHash = (env: Readonly<Record<string, string>>): string =>
  createHash('sha256')
    .update(
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    )
    .digest('hex');

/** Labels that Compose sets on containers. */
export const composeLabels = (
  { compose }: DaemonContext,
  { project, service, number, env }: ComposeContainer,
): Readonly<Record<string, string>> => ({
  'com.docker.compose.project': project ?? compose.spec.project,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': String(number),
  'com.docker.compose.oneoff': 'False',
  'com.docker.compose.config-hash': configHash(env),
});
