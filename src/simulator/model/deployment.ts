import type { Millis } from '../../domain/fault.ts';
import type { FailureSpec, OverloadSpec, ReleaseFault, ServiceSpec } from './system-spec.ts';

/** A version of a service as it was rolled out, with what is wrong with it. */
export interface Release {
  readonly version: string;
  readonly fault?: ReleaseFault;
}

/** The version before `version`: its last number less one. */
const before = (version: string): string =>
  version.replace(/\d+$/, (last) => String(Math.max(0, Number(last) - 1)));

/** How a service is rolled out in one environment: how many, which version, and what every instance suffers from. */
export class Deployment {
  readonly service: ServiceSpec;
  /** As many as the environment started with. */
  readonly initial: number;
  replicas: number;
  /** How many are ready, where something knows; absent: all. */
  readyReplicas: number | undefined;
  release: Release;
  previous: Release;
  /** The nightly batch work of the service; its own API turns it on and off. */
  batch: 'on' | 'off' = 'off';
  /** Lines a second that an instance writes too many while its logger is at DEBUG. */
  noise = 0;
  /** What every instance fails with, however often it starts anew. */
  failing: FailureSpec | undefined;
  #crowd: OverloadSpec | undefined;

  constructor(service: ServiceSpec, initial: number) {
    this.service = service;
    this.initial = initial;
    this.replicas = initial;
    this.release = { version: service.version };
    this.previous = { version: before(service.version) };
  }

  /** What every request waits because there are too few instances for the work; nothing once there are enough. */
  get waitMs(): Millis {
    if (this.#crowd === undefined || (this.#crowd.batch === true && this.batch === 'off')) return 0;
    const { ms, enough } = this.#crowd;
    return Math.max(
      0,
      Math.round(
        (ms * (enough - (this.readyReplicas ?? this.replicas))) / Math.max(1, enough - this.initial),
      ),
    );
  }

  /** Requests that one instance gets, as a part of what it gets at the initial number of them; those that are not ready get none. */
  get loadShare(): number {
    const sharing = this.readyReplicas || this.replicas;
    return sharing === 0 ? 0 : this.initial / sharing;
  }

  get isDegraded(): boolean {
    return this.waitMs > 0 || this.release.fault !== undefined || this.failing !== undefined;
  }

  /** More work than the instances can do. */
  overload(crowd: OverloadSpec): void {
    this.#crowd = crowd;
    if (crowd.batch === true) this.batch = 'on';
  }

  /** Somebody left a logger at DEBUG. */
  setLogNoise(perSecond: number): void {
    this.noise = perSecond;
  }

  rollOut(release: Release): void {
    this.previous = this.release;
    this.release = release;
  }

  /** Back to the version before; once more takes it forth again, as `kubectl rollout undo` does. */
  rollBack(): void {
    this.rollOut(this.previous);
  }

  /** As first deployed. */
  repair(): void {
    this.#crowd = undefined;
    this.failing = undefined;
    this.noise = 0;
    this.batch = 'off';
    this.readyReplicas = undefined;
    this.replicas = this.initial;
    this.release = { version: this.service.version };
    this.previous = { version: before(this.service.version) };
  }
}
