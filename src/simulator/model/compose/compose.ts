import type { Millis } from '../../../domain/base/fault.ts';
import type { EnvironmentContext, Part } from '../instances/environment-part.ts';
import type { ServiceInstance } from '../instances/instance.ts';
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
import type { ComposeIncidentSpec, ComposeSpec } from '../spec/compose.ts';
import type { LogFormat } from '../spec/log-entry.ts';
import type { ServerKind } from '../spec/system-spec.ts';
import {
  ComposeContainer,
  type ContainerBackend,
  type ContainerDefinition,
  dependencyBackend,
  idleBackend,
  instanceBackend,
} from './compose-container.ts';

const daysOld = 3;

const formatOf = ({ service }: ServiceInstance): LogFormat => service.log ?? 'spring';

/** Docker's view of an environment: one container per instance and dependency, except those in the cluster and external providers. */
export class Compose implements Part<ComposeIncidentSpec> {
  readonly spec: ComposeSpec;
  readonly env: EnvironmentContext;
  readonly #known = new Map<string, ComposeContainer>();
  /** Containers of other projects. */
  readonly #others: ComposeContainer[] = [];
  /** Images that were pulled, beside those of the containers. */
  readonly pulled = new Set<string>();
  /** Services whose container publishes a fixed host port. */
  readonly fixedPorts = new Map<string, number>();

  constructor(spec: ComposeSpec, env: EnvironmentContext) {
    this.spec = spec;
    this.env = env;
  }

  /** Existing containers, without those that were scaled down. */
  get containers(): readonly ComposeContainer[] {
    const { dependencies, instances, now } = this.env;
    const all = [
      ...[...dependencies.values()]
        .filter(({ spec: { name, isExternal } }) => isExternal !== true && !this.env.isInCluster(name))
        .map(({ spec }) => this.#dependency(spec.name)),
      ...instances
        .filter(({ service }) => !this.env.isInCluster(service.name))
        .map((instance) => this.#instance(instance)),
      ...Object.keys(this.spec.additionalServices ?? {}).map((name) => this.#beside(name)),
      ...this.#others,
    ];
    for (const container of all) container.sync(now);
    return all.filter(({ isRemoved }) => !isRemoved);
  }

  /** A removed container whose name is free. */
  removed(name: string): ComposeContainer | undefined {
    const known = this.#known.get(name);
    return known?.isRemoved === true ? known : undefined;
  }

  /** Adds a container of another project, which gets no traffic. */
  addOther(
    { project, service, version }: Record<'project' | 'service' | 'version', string>,
    behind: ContainerBackend,
  ): void {
    const { now, spec } = this.env;
    const name = `${project}-${service}-1`;
    const of = { name: service, version, format: 'spring' } as const;
    const added = new ComposeContainer(
      {
        ...{ seed: `${spec.name}${this.env.identity}`, name, project, service, number: 1 },
        image: `${project}/${service}:${version}`,
        startedAt: now - daysOld * 86_400_000,
        says: (time) => [...startingLines(of, time), ...startedLines(of, time)],
      },
      behind,
    );
    this.#known.set(name, added);
    this.#others.push(added);
  }

  /** Reserves the name of the next container of a service, which can then be created; other names are ignored. */
  scaleOut(name: string): void {
    const [, service = '', number = ''] = this.#numbered.exec(name) ?? [];
    const deployment = this.env.deployments.get(service);
    if (deployment === undefined || Number(number) !== deployment.replicas + 1) return;
    this.env.scale(service, Number(number));
    const added = this.env.instance(`${service}-${Number(number) - 1}`);
    if (added === undefined) return;
    added.running = false;
    this.#instance(added).reserve();
  }

  /** Forgets a stopped container with the highest number of its service; false: it is another one. */
  scaleIn({ service, number, project, isRunning }: ComposeContainer): boolean {
    const deployment = this.env.deployments.get(service);
    if (isRunning || project !== undefined || number === 1 || deployment?.replicas !== number) return false;
    this.env.scale(service, number - 1);
    return true;
  }

  get #numbered(): RegExp {
    return new RegExp(`^${this.spec.project}-(.+)-(\\d+)$`);
  }

  /** The instance in a container; undefined for a dependency. */
  instanceIn({ service, number, project }: ComposeContainer): ServiceInstance | undefined {
    if (project !== undefined) return undefined;
    return this.env.instance(`${service}-${number - 1}`);
  }

  /** Writes the logs of everything that runs, once a second. */
  tick(now: Millis): void {
    if (!isLogTick(now)) return;
    for (const container of this.containers)
      if (container.isRunning && container.project === undefined) this.#write(container);
  }

  inject({ exited = {}, unhealthy = {}, fixedPorts = {}, restarted = [] }: ComposeIncidentSpec): void {
    const { now } = this.env;
    for (const [service, port] of Object.entries(fixedPorts)) this.fixedPorts.set(service, port);
    for (const container of this.containers) {
      if (container.project === undefined && restarted.includes(container.service)) container.restart(now);
      const end = exited[container.service];
      const words = unhealthy[container.service];
      if (end !== undefined) container.end(now, end.code, end.oomKilled);
      if (words !== undefined) container.complain(now, words);
    }
  }

  get isBroken(): boolean {
    return this.containers.some(
      ({ isRunning, diagnostic, project }) => project === undefined && (!isRunning || diagnostic !== ''),
    );
  }

  heal(): void {
    this.fixedPorts.clear();
    for (const container of this.#known.values()) if (container.isRemoved) container.remake(this.env.now, {});
    for (const container of this.containers)
      if (!container.isRunning || container.diagnostic !== '') container.start(this.env.now);
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
    const says = (time: Millis): readonly string[] => [...startingLines(of, time), ...startedLines(of, time)];
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
    const seed = `${this.env.spec.name}${this.env.identity}`;
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
