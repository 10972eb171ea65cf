import type { Millis } from '../../../domain/fault.ts';
import type { Environment } from '../environment.ts';
import type { Part } from '../part.ts';
import { Machine } from './machine.ts';
import type { HostsSpec, HostsTrouble } from './spec.ts';

/** The machines of an environment: one per instance of the service that runs there as a unit. */
export class Hosts implements Part<HostsTrouble> {
  readonly spec: HostsSpec;
  readonly env: Environment;
  readonly machines: readonly Machine[];

  constructor(spec: HostsSpec, env: Environment) {
    this.spec = spec;
    this.env = env;
    this.machines = env
      .instancesOf(spec.service)
      .map((instance, index) => new Machine(spec, index, instance, env.spec.name, env.now));
  }

  machine(name: string): Machine | undefined {
    return this.machines.find((machine) => machine.name === name);
  }

  tick(now: Millis): void {
    for (const machine of this.machines) machine.tick(now);
  }

  strike(trouble: HostsTrouble): void {
    for (const machine of this.machines) machine.strike(trouble, this.env.now);
  }

  get isBroken(): boolean {
    return this.machines.some((machine) => machine.isBroken);
  }

  heal(): void {
    for (const machine of this.machines) machine.heal(this.env.now);
  }
}
