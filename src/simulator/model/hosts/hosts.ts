import type { Millis } from '../../../domain/base/fault.ts';
import { Deployment } from '../instances/deployment.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import { ServiceInstance } from '../instances/instance.ts';
import type { HostsIncidentSpec, HostsSpec } from '../spec/hosts.ts';
import { seededRandom } from '../spec/seeded-random.ts';
import { HostMachine } from './host-machine.ts';

/** The process of a unit that does not belong to a service of the system. */
const processApart = ({ service }: HostsSpec, env: EnvironmentContext): ServiceInstance => {
  const unit = {
    ...{
      name: service,
      version: '1.0.0',
      api: '/',
      latencyMs: 1,
      heapMaxBytes: 0,
      calls: [],
      indicators: [],
    },
    ...{ openBreakerIsDown: false, managementApart: false },
  };
  const name = `${service}-0`;
  return new ServiceInstance(
    env.spec,
    new Deployment(unit, 1),
    name,
    seededRandom(`${env.spec.name}/${name}`),
    env.now,
  );
};

/** Machines of an environment: one per instance of the service that runs as a systemd unit, or one apart from the services. */
export class Hosts implements Part<HostsIncidentSpec> {
  readonly spec: HostsSpec;
  readonly env: EnvironmentContext;
  readonly machines: readonly HostMachine[];
  /** Model time until which the public address cannot reach them. */
  #cutOffUntil: Millis = 0;
  /** Requests that the public address has refused with 429 since its start. */
  refused = 0;

  constructor(spec: HostsSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.env = env;
    const instances = spec.isApart === true ? [processApart(spec, env)] : env.instancesOf(spec.service);
    this.machines = instances.map((instance, index) => new HostMachine(spec, index, instance, env));
  }

  machine(name: string): HostMachine | undefined {
    return this.machines.find((machine) => machine.name === name);
  }

  tick(now: Millis): void {
    for (const machine of this.machines) machine.tick(now);
  }

  /** True when a firewall blocks the public address. */
  get isCutOff(): boolean {
    return this.env.now < this.#cutOffUntil;
  }

  inject(trouble: HostsIncidentSpec): void {
    const { cutOffMs = 0, lockedMs = 0 } = trouble;
    this.#cutOffUntil = this.env.now + cutOffMs;
    if (trouble.replaced === true) this.machines.at(-1)?.site.loseArchives();
    for (const machine of this.machines) {
      machine.site.lockedUntil = this.env.now + lockedMs;
      machine.inject(trouble, this.env.now);
    }
  }

  get isBroken(): boolean {
    return (
      this.isCutOff || this.machines.some(({ isBroken, site }) => isBroken || site.isLocked(this.env.now))
    );
  }

  heal(): void {
    this.#cutOffUntil = 0;
    for (const machine of this.machines) {
      machine.site.lockedUntil = 0;
      machine.heal(this.env.now);
    }
  }
}
