import type { Millis } from '../../../domain/base/fault.ts';
import type { ContainerBackend } from '../compose/compose-container.ts';
import type { Deployment } from '../instances/deployment.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { ServiceInstance } from '../instances/instance.ts';
import type { Color, ColorsIncidentSpec, ColorsSpec } from '../spec/colors.ts';
import type { Release } from '../spec/release.ts';

const otherOf: Readonly<Record<Color, Color>> = { blue: 'green', green: 'blue' };

/** Time from the start of a process until it fails on a release that cannot start. */
const crashesAfterMs: Millis = 3000;

/**
 * Blue-green deployments of a service. The instances of the environment belong to the active color; the other color is a standby
 * without traffic. A new version is deployed to the standby, which becomes active.
 */
export class BlueGreen implements Part<ColorsIncidentSpec> {
  readonly spec: ColorsSpec;
  readonly #env: EnvironmentContext;
  #active: Color;
  /** The release of the active color when it was last seen: another one was deployed to the standby. */
  #live: Release;
  #isStandbyUp = true;

  constructor(spec: ColorsSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.#env = env;
    this.#active = spec.active;
    this.#live = this.#deployment.release;
  }

  /** The color with the traffic. */
  get active(): Color {
    this.#sync();
    return this.#active;
  }

  get standby(): Color {
    return otherOf[this.active];
  }

  /** The version of a color, running or not. */
  releaseOf(color: Color): Release {
    return color === this.active ? this.#deployment.release : this.#deployment.previous;
  }

  isUp(color: Color): boolean {
    if (color === this.active) return this.#instances.some(({ running }) => running);
    return this.#isStandbyUp && this.releaseOf(color).crash === undefined;
  }

  /** Starts the processes of a color. */
  start(color: Color, now: Millis): void {
    if (color === this.active) this.#restart(now);
    else this.#isStandbyUp = true;
  }

  stop(color: Color): void {
    if (color !== this.active) this.#isStandbyUp = false;
    else for (const instance of this.#instances) instance.running = false;
  }

  /** Sends the traffic to the standby; false: it is not up, and nothing has changed. */
  switchOver(now: Millis): boolean {
    const to = this.standby;
    if (!this.isUp(to)) return false;
    const wasUp = this.isUp(this.#active);
    this.#deployment.rollBack();
    this.#live = this.#deployment.release;
    this.#active = to;
    this.#isStandbyUp = wasUp;
    this.#restart(now);
    return true;
  }

  /** The process of the green container. */
  get greenBackend(): ContainerBackend {
    const isUp = (): boolean => this.isUp('green');
    return {
      start: (now) => this.start('green', now),
      stop: () => this.stop('green'),
      get isUp() {
        return isUp();
      },
      configure: () => {},
      stopCode: 143,
    };
  }

  /** Instances of a release that cannot start end shortly after their start. */
  tick(now: Millis): void {
    const { crash } = this.#deployment.release;
    if (crash === undefined) return;
    for (const instance of this.#instances)
      if (instance.running && now - instance.startedAt >= crashesAfterMs) instance.running = false;
  }

  inject({ standbyDown, candidate }: ColorsIncidentSpec): void {
    this.#sync();
    if (candidate !== undefined) this.#deployment.previous = candidate;
    if (standbyDown === true) this.#isStandbyUp = false;
  }

  get isBroken(): boolean {
    return !this.#isStandbyUp;
  }

  heal(): void {
    this.#active = this.spec.active;
    this.#live = this.#deployment.release;
    this.#isStandbyUp = true;
  }

  get #deployment(): Deployment {
    const deployment = this.#env.deployments.get(this.spec.service);
    if (deployment === undefined) throw new Error(`no service "${this.spec.service}" in the simulator`);
    return deployment;
  }

  get #instances(): readonly ServiceInstance[] {
    return this.#env.instancesOf(this.spec.service);
  }

  #sync(): void {
    const { release } = this.#deployment;
    if (release === this.#live) return;
    this.#live = release;
    this.#active = otherOf[this.#active];
    this.#isStandbyUp = true;
  }

  /** The processes of the active color are others than before. */
  #restart(now: Millis): void {
    for (const instance of this.#instances) {
      instance.running = true;
      instance.restart(now);
    }
  }
}
