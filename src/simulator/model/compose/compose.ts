import type { Millis } from '../../../domain/fault.ts';
import type { EnvironmentContext, Part } from '../environment-part.ts';
import type { ServiceInstance } from '../instance.ts';
import type { LogFormat } from '../logs/log-entry.ts';
import { serverKindOfImage } from '../logs/server-lines.ts';
import { startedLines, startingLines } from '../logs/service-entries.ts';
import {
  backfillStart,
  isLogTick,
  serverBackfill,
  serviceBackfill,
  writeServerLog,
  writeServiceLog,
} from '../logs/write-logs.ts';
import type { ServerKind } from '../system-spec.ts';
import {
  ComposeContainer,
  type ContainerBackend,
  type ContainerDefinition,
  dependencyBackend,
  idleBackend,
  instanceBackend,
} from './compose-container.ts';
import type { ComposeIncidentSpec, ComposeSpec } from './spec.ts';

const daysOld = 3;

const formatOf = ({ service }: ServiceInstance): LogFormat => service.log ?? 'spring';

/** Docker's view of an environment: one container per instance and dependency, except those in the cluster. */
export class Compose implements Part<ComposeIncidentSpec> {
  readonly spec: ComposeSpec;
  readonly env: EnvironmentContext;
  readonly #known = new Map<string, ComposeContainer>();

  constructor(spec: ComposeSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.env = env;
  }

  /** Existing containers, without those that were scaled down. */
  get containers(): readonly ComposeContainer[] {
    const { dependencies, instances, now } = this.env;
    const all = [
      ...[...dependencies.keys()]
        .filter((name) => !this.env.isInCluster(name))
        .map((name) => this.#dependency(name)),
      ...instances
        .filter(({ service }) => !this.env.isInCluster(service.name))
        .map((instance) => this.#instance(instance)),
      ...Object.keys(this.spec.additionalServices ?? {}).map((name) => this.#beside(name)),
    ];
    for (const container of all) container.sync(now);
    return all.filter(({ isRemoved }) => !isRemoved);
  }

  /** A removed container whose name is free. */
  removed(name: string): ComposeContainer | undefined {
    const known = this.#known.get(name);
    return known?.isRemoved === true ? known : undefined;
  }

  /** The instance in a container; undefined for a dependency. */
  instanceIn({ service, number }: ComposeContainer): ServiceInstance | undefined {
    return this.env.instance(`${service}-${number - 1}`);
  }

  /** Writes the logs of everything that runs, once a second. */
  tick(now: Millis): void {
    if (!isLogTick(now)) return;
    for (const container of this.containers) if (container.isRunning) this.#write(container);
  }

  inject({ exited = {}, unhealthy = {} }: ComposeIncidentSpec): void {
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
    for (const container of this.#known.values()) if (container.isRemoved) container.remake(this.env.now, {});
    for (const container of this.containers)
      if (!container.isRunning || container.complaint !== '') container.start(this.env.now);
  }

  #write(container: ComposeContainer): void {
    const instance = this.instanceIn(container);
    const { log, service, name } = container;
    if (instance !== undefined) writeServiceLog(log, this.env, instance, formatOf(instance));
    else
      writeServerLog(
        log,
        this.env,
        this.#server(container),
        this.env.dependencies.has(service) ? service : name,
      );
  }

  #server({ service, image }: Pick<ComposeContainer, 'service' | 'image'>): ServerKind {
    return this.env.dependencies.get(service)?.spec.log ?? serverKindOfImage(image) ?? 'nginx';
  }

  #instance(instance: ServiceInstance): ComposeContainer {
    const { service, name, version, startedAt } = instance;
    const number = Number(name.slice(service.name.length + 1)) + 1;
    const of = { name: service.name, version, format: formatOf(instance) };
    const says = (at: Millis): readonly string[] => [...startingLines(of, at), ...startedLines(of, at)];
    return this.#container(service.name, number, { version, startedAt, says }, instanceBackend(instance));
  }

  #beside(name: string): ComposeContainer {
    const startedAt = this.env.now - daysOld * 86_400_000;
    return this.#container(name, 1, { version: 'latest', startedAt }, idleBackend());
  }

  #dependency(name: string): ComposeContainer {
    const dependency = this.env.dependencies.get(name);
    if (dependency === undefined) throw new Error(`no dependency "${name}" in the simulator`);
    const startedAt = this.env.now - daysOld * 86_400_000;
    return this.#container(name, 1, { version: 'latest', startedAt }, dependencyBackend(dependency));
  }

  #container(
    service: string,
    number: number,
    { version, ...how }: Pick<ContainerDefinition, 'startedAt' | 'says'> & { readonly version: string },
    behind: ContainerBackend,
  ): ComposeContainer {
    const { project, images = {}, additionalServices: beside = {} } = this.spec;
    const name = `${project}-${service}-${number}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const image = images[service] ?? beside[service] ?? `${project}/${service}:${version}`;
    const seed = this.env.spec.name;
    const made = new ComposeContainer({ seed, name, service, number, image, ...how }, behind);
    this.#known.set(name, made);
    this.#recall(made);
    return made;
  }

  /** A container that is older than the simulator has hours of logs. */
  #recall(made: ComposeContainer): void {
    const to = this.env.now;
    const span = { from: backfillStart(made.startedAt + 1000, to), to };
    const instance = this.instanceIn(made);
    if (instance === undefined && this.#server(made) === 'quiet') return;
    made.log.remember(
      instance === undefined
        ? serverBackfill(this.#server(made), made.name, span)
        : serviceBackfill(instance, formatOf(instance), span),
    );
  }
}
