import { isAbsolute, join } from 'node:path';
import { PlanError } from '../../../domain/plan-error.ts';
import type { Program } from '../../../platform/processes/program.ts';
import type { Container } from '../containers/container.ts';
import type { Daemon } from '../daemon.ts';

/** Values by the names of variables; null: there is none, or it is to go. */
export type Variables = Readonly<Record<string, string | null>>;

/** What a service is made to be: as its files say it, or so many. */
export type ComposeParams = {
  readonly service: string;
  readonly replicas?: number;
  /** Variables of its containers; null: one is to go. */
  readonly env?: Variables;
};

const unfit = (message: string): PlanError => new PlanError('not-applicable', message);

/** A path of the profile's. */
export const pathIn = (dir: string, file: string): string => (isAbsolute(file) ? file : join(dir, file));

/**
 * The Engine API knows nothing of Compose: its own program is started, with the project and the files that the profile
 * names, and with no other daemon than this one. Throws PlanError where it cannot be sure of that.
 */
export const composeProgram = (
  { config, source, address }: Daemon,
  dir: string,
  { service, replicas }: ComposeParams,
  /** Path of a file that is read behind the others. */
  last?: string,
): Program => {
  const { files, project, compose, tls, isReached } = config;
  if (project === undefined || files.length === 0)
    throw unfit(`${source} names no Compose project and files: write project: and files:`);
  if (isReached === true)
    throw unfit(`${source} is reached through another source: the Compose program here would act elsewhere`);
  if (tls !== undefined)
    throw unfit(`${source} is reached over TLS, and the Compose program is given no certificates`);
  const paths = [...files.map((file) => pathIn(dir, file)), ...(last === undefined ? [] : [last])];
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
export const whyNoSecond = (
  containers: readonly Pick<Container, 'name' | 'project' | 'hasFixedPort'>[],
  service: string,
): string | undefined => {
  const own = containers.find(
    ({ name, project }) => !new RegExp(`^${literal(project)}[-_]${literal(service)}[-_]\\d+$`).test(name),
  );
  if (own !== undefined)
    return `${service} has a name of its own (container_name: ${own.name}), which a second container cannot have`;
  return containers.some(({ hasFixedPort }) => hasFixedPort)
    ? `${service} is published at a port of the host, which a second container cannot have`
    : undefined;
};
