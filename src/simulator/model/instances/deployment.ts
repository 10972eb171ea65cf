import type { Millis } from '../../../domain/base/fault.ts';
import type { Release } from '../spec/release.ts';
import type { FailureSpec, OverloadSpec, ServiceSpec } from '../spec/system-spec.ts';

/** The preceding version: the last number minus one. */
const before = (version: string): string =>
  version.replace(/\d+$/, (last) => String(Math.max(0, Number(last) - 1)));

/** Rollout state of a service in one environment: replicas, version, and problems of all instances. */
export class Deployment {
  readonly service: ServiceSpec;
  /** Initial number of instances. */
  readonly initial: number;
  replicas: number;
  /** Number of ready instances, if known; absent: all. */
  readyReplicas: number | undefined;
  release: Release;
  previous: Release;
  /** The nightly batch of the service; its own API turns it on and off. */
  batch: 'on' | 'off' = 'off';
  /** Excess log lines per second of an instance while its logger is at DEBUG. */
  noise = 0;
  /** Failure of every instance, which survives restarts. */
  failing: FailureSpec | undefined;
  #crowd: OverloadSpec | undefined;

  constructor(service: ServiceSpec, initial: number) {
    this.service = service;
    this.initial = initial;
    this.replicas = initial;
    this.release = { version: service.version };
    this.previous = { version: before(service.version) };
  }

  /** Extra time of every request while there are too few instances for the load. */
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

  /** Requests per instance relative to the initial number of instances; unready instances get none. */
  get loadShare(): number {
    const sharing = this.readyReplicas || this.replicas;
    return sharing === 0 ? 0 : this.initial / sharing;
  }

  get isDegraded(): boolean {
    const { fault, crash } = this.release;
    return this.waitMs > 0 || fault !== undefined || crash !== undefined || this.failing !== undefined;
  }

  /** Load above the capacity of the instances. */
  overload(crowd: OverloadSpec): void {
    this.#crowd = crowd;
    if (crowd.batch === true) this.batch = 'on';
  }

  /** A logger was left at DEBUG. */
  setLogNoise(perSecond: number): void {
    this.noise = perSecond;
  }

  rollOut(release: Release): void {
    this.previous = this.release;
    this.release = release;
  }

  /** Rolls back to the previous version; a second call rolls forward, like `kubectl rollout undo`. */
  rollBack(): void {
    this.rollOut(this.previous);
  }

  /** Restores the initial state. */
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
