import type { Millis } from '../../../domain/fault.ts';
import type { Compose } from '../../model/compose/compose.ts';
import type { ComposeContainer } from '../../model/compose/compose-container.ts';
import type { Environment } from '../../model/environment.ts';
import type { SimulatorContext } from '../simulator-context.ts';

/** The daemon of an environment at this moment. */
export interface DaemonContext {
  readonly env: Environment;
  readonly compose: Compose;
  /** Now, on the caller's clock. */
  readonly at: Millis;
  /** A moment of the model on the caller's clock. */
  toClock(modelAt: Millis): Millis;
}

/** Looks at the daemon. Throws for an environment that has none. */
export const resolveDaemon = (view: SimulatorContext): DaemonContext => {
  const at = view.clock.now();
  const env = view.model.environmentAt(view.env, at);
  const { compose } = env.parts;
  if (compose === undefined) throw new Error(`no Docker in ${view.env} of the embedded world`);
  return { env, compose, at, toClock: (modelAt) => view.model.toClock(modelAt) };
};

/** A container by its name, or by its id or the beginning of it. */
export const containerNamed = ({ compose }: DaemonContext, name: string): ComposeContainer | undefined =>
  compose.containers.find((one) => one.name === name || (name.length >= 12 && one.id.startsWith(name)));

/** What Compose writes on the containers that it makes. */
export const composeLabels = (
  { compose }: DaemonContext,
  { service, number }: ComposeContainer,
): Readonly<Record<string, string>> => ({
  'com.docker.compose.project': compose.spec.project,
  'com.docker.compose.service': service,
  'com.docker.compose.container-number': String(number),
  'com.docker.compose.oneoff': 'False',
});
