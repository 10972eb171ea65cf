import type { Millis } from '../../domain/fault.ts';

/** A part of an environment's model that is more than services and calls: a cluster, a database, a broker, hosts. */
export interface Part<Trouble> {
  /** Called every tenth of a second of model time, after the traffic of that moment. */
  tick(now: Millis): void;
  strike(trouble: Trouble): void;
  /** True: something that an incident broke shows yet. */
  readonly isBroken: boolean;
  /** As it was at the start. */
  heal(): void;
}
