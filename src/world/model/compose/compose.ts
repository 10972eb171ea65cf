import type { Millis } from '../../../domain/fault.ts';
import type { Environment } from '../environment.ts';
import type { Instance } from '../instance.ts';
import type { Part } from '../part.ts';
import type { Served } from '../traffic.ts';
import { type Behind, behindDependency, behindInstance } from './behind.ts';
import { Container } from './container.ts';
import type { ComposeSpec, ComposeTrouble } from './spec.ts';

const daysOld = 3;

const lineOf = ({ status, method, uri, ms, exception }: Served): string =>
  `${status >= 500 ? 'ERROR' : 'INFO'} ${method} ${uri} ${status} ${ms}ms${exception === 'none' ? '' : ` ${exception}`}`;

/** What Docker knows of an environment: a container per instance and per dependency, but for those of the cluster. */
export class Compose implements Part<ComposeTrouble> {
  readonly spec: ComposeSpec;
  readonly env: Environment;
  readonly #known = new Map<string, Container>();

  constructor(spec: ComposeSpec, env: Environment) {
    this.spec = spec;
    this.env = env;
  }

  /** The containers that there are now: one that was scaled away is gone. */
  get containers(): readonly Container[] {
    const { dependencies, instances, parts, now } = this.env;
    const pods = (parts.cluster?.spec.statefulSets ?? []).map(({ dependency }) => dependency);
    const all = [
      ...[...dependencies.keys()]
        .filter((name) => !pods.includes(name))
        .map((name) => this.#dependency(name)),
      ...instances
        .filter(({ service }) => parts.cluster?.runs(service.name) !== true)
        .map((instance) => this.#instance(instance)),
    ];
    for (const container of all) container.sync(now);
    return all;
  }

  /** The instance in a container; undefined for a dependency's. */
  instanceIn({ service, number }: Container): Instance | undefined {
    return this.env.instance(`${service}-${number - 1}`);
  }

  /** Once a second each that serves writes of its latest requests. */
  tick(now: Millis): void {
    if (now % 1000 >= 100) return;
    for (const container of this.containers) {
      const instance = container.isRunning ? this.instanceIn(container) : undefined;
      const { log } = container;
      const after = log.lines.at(-1)?.at ?? 0;
      const served = instance?.traffic.recent(now).filter(({ at }) => at > after) ?? [];
      for (const one of served) log.write(one.at, lineOf(one));
    }
  }

  strike({ exited = {}, unhealthy = {} }: ComposeTrouble): void {
    const { now } = this.env;
    for (const container of this.containers) {
      const end = exited[container.service];
      const words = unhealthy[container.service];
      if (end !== undefined) container.end(now, end.code, end.oomKilled);
      if (words !== undefined) container.complain(now, words);
    }
  }

  get isBroken(): boolean {
    return this.containers.some(({ isRunning, complaint }) => !isRunning || complaint !== '');
  }

  heal(): void {
    for (const container of this.containers)
      if (!container.isRunning || container.complaint !== '') container.start(this.env.now);
  }

  #instance(instance: Instance): Container {
    const { service, name, version, startedAt } = instance;
    const number = Number(name.slice(service.name.length + 1)) + 1;
    return this.#container(service.name, number, { version, startedAt }, behindInstance(instance));
  }

  #dependency(name: string): Container {
    const dependency = this.env.dependencies.get(name);
    if (dependency === undefined) throw new Error(`no dependency "${name}" in the embedded world`);
    const startedAt = this.env.now - daysOld * 86_400_000;
    return this.#container(name, 1, { version: 'latest', startedAt }, behindDependency(dependency));
  }

  #container(
    service: string,
    number: number,
    { version, startedAt }: { readonly version: string; readonly startedAt: Millis },
    behind: Behind,
  ): Container {
    const { project, images = {} } = this.spec;
    const name = `${project}-${service}-${number}`;
    const image = images[service] ?? `${project}/${service}:${version}`;
    const seed = this.env.spec.name;
    const found =
      this.#known.get(name) ?? new Container({ seed, name, service, number, image, startedAt }, behind);
    this.#known.set(name, found);
    return found;
  }
}
