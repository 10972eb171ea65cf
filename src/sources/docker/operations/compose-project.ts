import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { notApplicable, PlanError } from '../../../domain/runbooks/operation.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';
import type { Program } from '../../../platform/processes/program.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import { isSecret } from '../../kit/values/secrets.ts';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon/daemon.ts';

/**
 * The Compose file that opsdeck writes: JSON, which is also YAML. Source: compose-spec, `services.NAME.environment`.
 */
export interface ComposeOverride {
  readonly path: string;
  /** Its contents; undefined: the file does not exist. */
  readonly services: OverrideServices | undefined;
}

type OverrideServices = Readonly<Record<string, { readonly environment: Readonly<Record<string, string>> }>>;

const zOverride = z.strictObject({
  'x-written-by': z.literal('opsdeck'),
  services: z.record(z.string(), z.strictObject({ environment: z.record(z.string(), z.string()) })),
});

const maxBytes = 256 * 1024;

const parseOverride = (path: string, raw: string): OverrideServices => {
  try {
    return zOverride.parse(JSON.parse(raw)).services;
  } catch {
    throw new PlanError(
      'not-applicable',
      `${path} was not written by opsdeck, so opsdeck does not change the file. Set override: to another path`,
    );
  }
};

/**
 * Reads the override; undefined when the source names none. Throws PlanError for a file that opsdeck did not write, or
 * that is unreadable.
 */
export const readOverride = async (
  { config, io }: Daemon,
  dir: string,
  signal: AbortSignal,
): Promise<ComposeOverride | undefined> => {
  if (config.override === undefined) return undefined;
  const path = resolveComposePath(dir, config.override);
  try {
    const { raw } = await io.files.read(path, { from: 'head', maxBytes }, signal);
    return { path, services: parseOverride(path, raw) };
  } catch (error) {
    if (error instanceof WireError && error.kind === 'missing') return { path, services: undefined };
    if (error instanceof PlanError) throw error;
    throw new PlanError('failed', `${path}: ${errorMessage(error)}`);
  }
};

/** Current values of these variables; null for one that the file does not set. */
export const currentVariables = (
  { services }: ComposeOverride,
  service: string,
  desired: EnvironmentValues,
): EnvironmentValues =>
  Object.fromEntries(
    Object.keys(desired).map((name) => [name, services?.[service]?.environment[name] ?? null] as const),
  );

/** Returns the text of the file with these variables set; the rest stays. */
export const overrideText = (
  { services = {} }: ComposeOverride,
  service: string,
  desired: EnvironmentValues,
): string => {
  const all = Object.entries({ ...services[service]?.environment, ...desired });
  const environment = Object.fromEntries(all.filter(([, value]) => value !== null));
  const written = { 'x-written-by': 'opsdeck', services: { ...services, [service]: { environment } } };
  return `${JSON.stringify(written, null, 2)}\n`;
};

/** 'POOL_SIZE=20, GREETING not set' */
export const describeVariables = (values: EnvironmentValues): string =>
  Object.entries(values)
    .map(([name, value]) => (value === null ? `${name} not set` : `${name}=${value}`))
    .join(', ');

/** Throws PlanError when variables cannot be set, or already have these values. */
export const checkVariables = (
  { source }: Daemon,
  override: ComposeOverride | undefined,
  service: string,
  desired: EnvironmentValues,
): ComposeOverride => {
  if (override === undefined)
    throw new PlanError(
      'not-applicable',
      `${source} has no override file for variables. Set override: of the source in the profile`,
    );
  const secret = Object.entries(desired).find(([name, value]) => value !== null && isSecret(name, value));
  if (secret !== undefined)
    throw new PlanError(
      'not-applicable',
      `${secret[0]} looks like a secret, which opsdeck does not write to ${override.path}`,
    );
  const now = currentVariables(override, service, desired);
  if (Object.entries(desired).every(([name, value]) => now[name] === value))
    throw new PlanError(
      'not-applicable',
      `${override.path} already contains ${describeVariables(now)}, so there is nothing to change`,
    );
  return override;
};

/** Values by variable name; null: unset, or to be removed. */
export type EnvironmentValues = Readonly<Record<string, string | null>>;

/** Desired state of a service: as in its files, or a number of containers. */
export type ComposeParams = {
  readonly service: string;
  readonly replicas?: number;
  /** Variables of its containers; null removes one. */
  readonly env?: EnvironmentValues;
};

/** Resolves a path from the profile. */
const resolveComposePath = (dir: string, file: string): string => (isAbsolute(file) ? file : join(dir, file));

/**
 * Builds a Compose call. The Engine API does not know Compose, so its CLI runs with the project and files of the
 * profile, and with no other daemon than this one. Throws PlanError where that is not guaranteed.
 */
export const composeProgram = (
  { config, source, address }: Daemon,
  dir: string,
  args: readonly string[],
  /** Path of a file that is read after the others. */
  last?: string,
): Program => {
  const { files, project, compose, tls, isReached } = config;
  if (project === undefined || files.length === 0)
    throw notApplicable(`${source} has no Compose project or files: set project: and files:`);
  if (isReached === true)
    throw notApplicable(
      `${source} is reached through another source, so Compose on this machine would act on a different daemon. Run docker compose on the Docker host`,
    );
  if (tls !== undefined)
    throw notApplicable(
      `Compose operations do not support client certificates, which ${source} uses: run docker compose on the Docker host`,
    );
  const paths = [
    ...files.map((file) => resolveComposePath(dir, file)),
    ...(last === undefined ? [] : [last]),
  ];
  const named = paths.flatMap((path) => ['-f', path]);
  const { socketPath, base } = address;
  const host = socketPath === undefined ? base.replace(/^http:/, 'tcp:') : `unix://${socketPath}`;
  return {
    argv: [...compose, ...named, '-p', project, ...args],
    cwd: dir,
    env: { DOCKER_HOST: host },
  };
};

/** Builds the Compose call for one service. Throws PlanError like `composeProgram`. */
export const composeCommand = (
  daemon: Daemon,
  dir: string,
  { service, replicas }: ComposeParams,
  last?: string,
): Program => {
  const scale = replicas === undefined ? [] : ['--no-recreate', '--scale', `${service}=${replicas}`];
  return composeProgram(daemon, dir, ['up', '-d', '--no-deps', ...scale, service], last);
};

/** Escapes a name for a pattern: names contain only letters, digits, `_`, `-` and `.`. */
const literal = (name: string): string => name.replaceAll('.', '\\.');

/** Reason Compose cannot give a service a second container; undefined when it can. */
export const explainUnscalable = (
  containers: readonly Pick<Container, 'name' | 'project' | 'hasFixedPort'>[],
  service: string,
): string | undefined => {
  const own = containers.find(
    ({ name, project }) => !new RegExp(`^${literal(project)}[-_]${literal(service)}[-_]\\d+$`).test(name),
  );
  if (own !== undefined)
    return `cannot scale ${service}: container_name: ${own.name} allows only one container`;
  return containers.some(({ hasFixedPort }) => hasFixedPort)
    ? `cannot scale ${service}, because the service publishes a fixed host port, which only one container can use`
    : undefined;
};
