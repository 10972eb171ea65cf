import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { PlanError } from '../../../domain/operation.ts';
import type { Program } from '../../../platform/processes/program.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { isSecret } from '../../secrets.ts';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';

/** The Compose file that opsdeck writes: JSON, which is YAML, too. Source: compose-spec, `services.NAME.environment`. */
export interface ComposeOverride {
  readonly path: string;
  /** What it says; undefined: there is no such file. */
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
    throw new PlanError('not-applicable', `${path} was not written by opsdeck; it is left unchanged`);
  }
};

/** Reads it; undefined where the source names none. Throws PlanError for one that is not ours, or cannot be read. */
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
    throw new PlanError('failed', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** The values of these variables now; null for one that the file does not say. */
export const currentVariables = (
  { services }: ComposeOverride,
  service: string,
  wanted: EnvironmentValues,
): EnvironmentValues =>
  Object.fromEntries(
    Object.keys(wanted).map((name) => [name, services?.[service]?.environment[name] ?? null] as const),
  );

/** The text of the file when these variables are what is wanted; the rest of it stays. */
export const overrideText = (
  { services = {} }: ComposeOverride,
  service: string,
  wanted: EnvironmentValues,
): string => {
  const all = Object.entries({ ...services[service]?.environment, ...wanted });
  const environment = Object.fromEntries(all.filter(([, value]) => value !== null));
  const written = { 'x-written-by': 'opsdeck', services: { ...services, [service]: { environment } } };
  return `${JSON.stringify(written, null, 2)}\n`;
};

/** 'POOL_SIZE=20, GREETING not set' */
export const describeVariables = (values: EnvironmentValues): string =>
  Object.entries(values)
    .map(([name, value]) => (value === null ? `${name} not set` : `${name}=${value}`))
    .join(', ');

/** Throws PlanError where variables cannot be set, or are so already. */
export const checkVariables = (
  { source }: Daemon,
  override: ComposeOverride | undefined,
  service: string,
  wanted: EnvironmentValues,
): ComposeOverride => {
  if (override === undefined)
    throw new PlanError('not-applicable', `${source} has no override file for variables: set override:`);
  const secret = Object.entries(wanted).find(([name, value]) => value !== null && isSecret(name, value));
  if (secret !== undefined)
    throw new PlanError(
      'not-applicable',
      `${secret[0]} looks like a secret: opsdeck does not write it to ${override.path}`,
    );
  const now = currentVariables(override, service, wanted);
  if (Object.entries(wanted).every(([name, value]) => now[name] === value))
    throw new PlanError('not-applicable', `${override.path} already contains ${describeVariables(now)}`);
  return override;
};

/** Values by the names of variables; null: there is none, or it is to go. */
export type EnvironmentValues = Readonly<Record<string, string | null>>;

/** What a service is made to be: as its files say it, or so many. */
export type ComposeParams = {
  readonly service: string;
  readonly replicas?: number;
  /** Variables of its containers; null: one is to go. */
  readonly env?: EnvironmentValues;
};

const notApplicableError = (message: string): PlanError => new PlanError('not-applicable', message);

/** A path of the profile's. */
const resolveComposePath = (dir: string, file: string): string => (isAbsolute(file) ? file : join(dir, file));

/**
 * The Engine API knows nothing of Compose: its own program is started, with the project and the files that the profile
 * names, and with no other daemon than this one. Throws PlanError where it cannot be sure of that.
 */
export const composeCommand = (
  { config, source, address }: Daemon,
  dir: string,
  { service, replicas }: ComposeParams,
  /** Path of a file that is read behind the others. */
  last?: string,
): Program => {
  const { files, project, compose, tls, isReached } = config;
  if (project === undefined || files.length === 0)
    throw notApplicableError(`${source} has no Compose project or files: set project: and files:`);
  if (isReached === true)
    throw notApplicableError(
      `${source} is reached through another source: the local Compose program would act on a different daemon`,
    );
  if (tls !== undefined)
    throw notApplicableError(`${source} uses TLS: Compose operations do not support client certificates`);
  const paths = [
    ...files.map((file) => resolveComposePath(dir, file)),
    ...(last === undefined ? [] : [last]),
  ];
  const named = paths.flatMap((path) => ['-f', path]);
  const scale = replicas === undefined ? [] : ['--no-recreate', '--scale', `${service}=${replicas}`];
  const { socketPath, base } = address;
  const host = socketPath === undefined ? base.replace(/^http:/, 'tcp:') : `unix://${socketPath}`;
  return {
    argv: [...compose, ...named, '-p', project, 'up', '-d', '--no-deps', ...scale, service],
    cwd: dir,
    env: { DOCKER_HOST: host },
  };
};

/** A name in a pattern: names have letters, digits, `_`, `-` and `.` alone. */
const literal = (name: string): string => name.replaceAll('.', '\\.');

/** Why Compose cannot give a service a second container; undefined when nothing is against it. */
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
    ? `cannot scale ${service}: it publishes a fixed host port`
    : undefined;
};
