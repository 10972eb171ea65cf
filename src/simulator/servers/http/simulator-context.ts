import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { Environment } from '../../model/environment.ts';
import type { ServiceInstance } from '../../model/instances/instance.ts';
import type { SystemModel } from '../../model/system-model.ts';
import type { ChangeLog, RecordChange } from './change-request-log.ts';
import type { FindProgram } from './programs.ts';

/** A server of an environment with its own protocol. */
export interface ProtocolEndpoint {
  /** Its values in `${world.…}`, without `world.`: an address, the path of a kubeconfig. */
  readonly vars: Readonly<Record<string, string>>;
  /** Client programs that run in this process; absent: none. */
  readonly program?: FindProgram;
  /** Also closes every connection. */
  close(): Promise<void>;
}

/** Input of a projection: one environment of the model at the caller's time. */
export interface SimulatorContext {
  readonly model: SystemModel;
  readonly clock: Clock;
  readonly env: string;
  /** The address of another server of the environment by its name in `${world.…}`; undefined if it does not exist (yet). */
  address?(name: string): string | undefined;
  /** Log of change requests; absent: not recorded. */
  readonly changes?: ChangeLog;
}

/** Records the change requests at one server of a view. */
export const changeRecorderFor =
  ({ changes, clock, env }: SimulatorContext, server: string): RecordChange =>
  (line, body) =>
    changes?.note({ at: clock.now(), env, server, line, ...defined({ body }) });

/** One instance with its environment at the current time. */
export interface InstanceContext {
  readonly env: Environment;
  readonly instance: ServiceInstance;
  /** Now, on the caller's clock. */
  readonly at: Millis;
  /** A model time on the caller's clock. */
  toClock(modelAt: Millis): Millis;
}

/** Returns an instance. Throws for an unknown name. */
export const resolveInstance = (view: SimulatorContext, name: string): InstanceContext => {
  const time = view.clock.now();
  const env = view.model.environmentAt(view.env, time);
  const instance = env.instance(name);
  if (instance === undefined) throw new Error(`no instance "${name}" in ${view.env} of the simulator`);
  return { env, instance, at: time, toClock: (modelAt) => view.model.toClock(modelAt) };
};
