import { PlanError } from '../../../domain/runbooks/operation.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import { formatArgv } from '../../../domain/text/format.ts';
import { oneLine } from '../../../platform/masking/sanitize.ts';
import { secretMasker } from '../../../platform/masking/secrets.ts';
import type { Container } from '../containers/container.ts';
import { inspectContainers } from '../containers/lookup.ts';
import type { Daemon } from '../daemon/daemon.ts';
import { composeProgram, readOverride } from './compose-project.ts';
import { imageIdOf, imageMissing } from './image-reference.ts';

/** A service of a project, as its Compose files describe it. */
interface ComposedService {
  readonly name: string;
  /** Hash of its configuration, which Compose stores in a label of each container. */
  readonly hash: string;
}

/** Effect of `up` on a container, or on a service without one. */
export interface ProjectChange {
  readonly does: 'create' | 'recreate' | 'start';
  readonly service: string;
  /** Absent: the service has no container. */
  readonly container?: Container;
  /** Why, as text. */
  readonly why: string;
}

/** The state of a Compose project, compared with its files. */
export interface ProjectState {
  readonly services: readonly ComposedService[];
  /** Containers of these services. */
  readonly containers: readonly Container[];
  /** Containers of `compose run` for these services, which `down` removes, too. */
  readonly oneOffs: readonly Container[];
  /** Containers of services that the files no longer have: Compose leaves them. */
  readonly orphans: readonly Container[];
  readonly changes: readonly ProjectChange[];
}

/** The Compose call for a whole project. Throws PlanError where it could reach another daemon. */
export const projectProgram = async (
  daemon: Daemon,
  dir: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ReturnType<typeof composeProgram>> => {
  const override = await readOverride(daemon, dir, signal);
  return composeProgram(daemon, dir, args, override?.services === undefined ? undefined : override.path);
};

/** A line of `config --hash '*'`: 'web 5f1c…'. Source: docker/compose, config. */
const hashLine = /^(\S+) ([0-9a-f]+)$/;

/** Reads the services in the Compose files. Throws PlanError. */
const readServices = async (
  daemon: Daemon,
  dir: string,
  signal: AbortSignal,
): Promise<readonly ComposedService[]> => {
  const program = await projectProgram(daemon, dir, ['config', '--hash', '*'], signal);
  const line = secretMasker.mask(formatArgv(program.argv));
  const { status, out, err } = await daemon.io.run(program, signal).catch((error: unknown) => {
    throw new PlanError('failed', `${line}: ${errorMessage(error)}`);
  });
  if (status !== 0)
    throw new PlanError(
      'failed',
      `${line}: ${oneLine(secretMasker.mask(err), 280) || `exit status ${status}`}`,
    );
  const services = out.split('\n').flatMap((text) => {
    const [, name, hash] = hashLine.exec(text.trim()) ?? [];
    return name === undefined || hash === undefined ? [] : [{ name, hash }];
  });
  if (services.length === 0)
    throw new PlanError(
      'failed',
      `${line}: the Compose files define no services. Check files: of the source`,
    );
  return services;
};

/** Images by reference; each is read once. */
type CurrentImage = (reference: string) => Promise<string>;

/** Why Compose would touch a container; undefined when it is as in the files. Source: docker/compose, convergence. */
const changeOf = async (
  { name, hash }: ComposedService,
  container: Container,
  currentImage: CurrentImage,
): Promise<ProjectChange | undefined> => {
  const change = { service: name, container } as const;
  if (container.configHash !== hash)
    return { ...change, does: 'recreate', why: 'the configuration of the service has changed' };
  const image = await currentImage(container.image);
  if (container.imageId !== undefined && image !== imageMissing && image !== container.imageId)
    return { ...change, does: 'recreate', why: `its image ${container.image} has changed` };
  if (container.state !== 'running') return { ...change, does: 'start', why: `currently ${container.state}` };
  return undefined;
};

/** Compares a project with its Compose files. Throws PlanError. */
export const readProject = async (
  daemon: Daemon,
  dir: string,
  signal: AbortSignal,
): Promise<ProjectState> => {
  const services = await readServices(daemon, dir, signal);
  const { containers: all, faults } = await inspectContainers(daemon, signal).catch((error: unknown) => {
    throw new PlanError('failed', daemon.fault('/containers/json', error).message, { cause: error });
  });
  const [fault] = faults;
  if (fault !== undefined) throw new PlanError('failed', fault.message);
  const images = new Map<string, Promise<string>>();
  const currentImage: CurrentImage = (reference) => {
    // A container of an image without a name refers to it by its ID, which cannot change.
    if (reference.startsWith('sha256:') || reference === '') return Promise.resolve(imageMissing);
    const known = images.get(reference) ?? imageIdOf(daemon, reference, signal);
    images.set(reference, known);
    return known;
  };
  const own = all.filter(({ isOneOff }) => !isOneOff);
  const names = new Set(services.map(({ name }) => name));
  const changes: ProjectChange[] = [];
  for (const service of services) {
    const containers = own.filter((container) => container.service === service.name);
    if (containers.length === 0)
      changes.push({ does: 'create', service: service.name, why: 'the service has no container yet' });
    for (const container of containers) {
      const change = await changeOf(service, container, currentImage);
      if (change !== undefined) changes.push(change);
    }
  }
  return {
    services,
    containers: own.filter(({ service }) => names.has(service)),
    oneOffs: all.filter(({ isOneOff, service }) => isOneOff && names.has(service)),
    orphans: own.filter(({ service }) => !names.has(service)),
    changes,
  };
};
