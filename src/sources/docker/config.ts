import { z } from 'zod';
import { zDuration } from '../../domain/schema.ts';
import { zTls } from '../connection.ts';

/** What Docker and Compose let something be called. Source: moby, restrictedNameChars; compose-spec, project name. */
export const zDockerName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, {
  error: (issue) => `${JSON.stringify(issue.input)} is no name of a container, service or project`,
});

/** A Unix socket, or a host with or without a port: the Engine API has no path of its own. */
export const isDaemonHost = (text: string): boolean =>
  /^unix:\/\/\/./.test(text) ||
  (/^(tcp|https?):\/\/[^/@\s]+\/?$/.test(text) && URL.canParse(text.replace(/^tcp:/, 'http:')));

const zHost = z.string().refine(isDaemonHost, {
  error: 'write unix:///var/run/docker.sock, tcp://HOST:2375 or https://HOST:2376',
});

export const dockerConfig = z
  .strictObject({
    socket: z.string().startsWith('/').meta({ description: 'path of the Unix socket' }).exactOptional(),
    host: zHost
      .meta({ description: 'where the daemon answers; default: $DOCKER_HOST, then the usual socket' })
      .exactOptional(),
    project: zDockerName
      .meta({ description: 'the Compose project; absent: every container' })
      .exactOptional(),
    files: z
      .array(z.string().min(1))
      .meta({ description: 'Compose files, for composeUp and composeScale; relative to this profile' })
      .default([]),
    override: z
      .string()
      .min(1)
      .meta({
        description:
          'a Compose file of opsdeck, for the variables of composeUp: it is read last, and lies beside the others',
      })
      .exactOptional(),
    compose: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'the Compose program, as an argv' })
      .default(['docker', 'compose']),
    jobs: z
      .array(zDockerName)
      .meta({ description: 'services that have done their work when they have ended with status 0' })
      .default([]),
    stats: z.boolean().meta({ description: 'false: do not measure CPU and memory' }).default(true),
    every: zDuration.prefault('5s').meta({ description: 'how often it is read' }),
    timeout: zDuration.prefault('4s').meta({ description: 'how long an answer may take' }),
    tls: zTls.exactOptional(),
    identity: z
      .strictObject({ name: z.string().exactOptional(), id: z.string().exactOptional() })
      .refine((identity) => Object.keys(identity).length > 0, { error: 'say name: or id: of the daemon' })
      .meta({ description: "the daemon's host name or id, as docker info tells them" })
      .exactOptional(),
  })
  .refine((config) => config.socket === undefined || config.host === undefined, {
    error: 'socket and host are two ways to one daemon; write one of them',
  });

/** `isReached`: through another source, so that no program of this machine reaches the same daemon. */
export type DockerConfig = z.infer<typeof dockerConfig> & { readonly isReached?: true };

/** What a signal reads. */
export const dockerReads = z.union([
  z.strictObject({ running: zDockerName.meta({ description: 'how many containers of this service run' }) }),
  z.strictObject({
    restarts: zDockerName.meta({ description: 'restarts of a service, the most of one container' }),
  }),
  z.strictObject({ cpu: zDockerName.meta({ description: 'cores that a service uses, all containers' }) }),
  z.strictObject({
    memory: zDockerName.meta({ description: 'bytes that a service uses, the most of one container' }),
    as: z
      .literal('percent')
      .meta({ description: "percent of the container's limit instead" })
      .exactOptional(),
  }),
  z.strictObject({
    health: zDockerName.meta({ description: 'healthy, unhealthy, starting, none: the worst' }),
  }),
]);

export type DockerRead = z.infer<typeof dockerReads>;
