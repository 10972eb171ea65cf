import { z } from 'zod';
import type { ViaSpec } from '../../domain/profile/profile.ts';
import { sshDestinationProblem } from '../../domain/text/ssh-destination.ts';
import { tiers } from '../../runs/policy/tiers.ts';

/** Tier of the system behind a source; never stricter than the environment's, whose gates apply. */
export const zSourceTier = z.enum(tiers).meta({
  description: 'the tier of this one target, for a target that is less critical than the environment',
});

const argv = z.array(z.string().min(1)).min(1);

/**
 * Renewal of the expired login of a source: an argv run by a person at the terminal, or instructions for that person.
 */
export const zLogin = z
  .union([argv, z.string().trim().min(1)], {
    error:
      'login is neither a command nor an instruction: write a command as a list, [aws, sso, login], or instructions for a person',
  })
  .meta({
    description:
      'how to renew an expired login: a command as a list, such as [aws, sso, login], or instructions for a person',
  });

const zPort = z
  .int()
  .min(1)
  .max(65_535)
  .meta({ description: 'port of the server at the end of the tunnel. Programs and files need none' });

/** An ssh destination; option syntax is rejected. */
const destination = /^[\w.][\w.@%+:[\]-]*$/;
const noHost = (text: unknown): string =>
  `${JSON.stringify(text)} is not a host. Write HOST, USER@HOST or an alias of the ssh config`;
const zDestination = z.string().regex(destination, { error: ({ input }) => noHost(input) });

const zSshDestination = z.string().superRefine((text, context) => {
  const message = destination.test(text) ? sshDestinationProblem(text) : noHost(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const zThroughSource = z.strictObject({
  source: z.string().min(1).meta({ description: 'id of the source through which opsdeck connects' }),
  target: z
    .string()
    .min(1)
    .meta({
      description: 'tunnel target',
      examples: ['deployment/event-bus', 'pod/event-bus-0', 'app=event-bus', 'CONTAINER'],
    }),
  port: zPort.exactOptional(),
  container: z
    .string()
    .min(1)
    .meta({ description: 'container of the pod in which opsdeck runs programs and reads files' })
    .exactOptional(),
});

const zThroughSsh = z.strictObject({
  ssh: zSshDestination.meta({
    description: 'host through which the OpenSSH client connects: HOST, USER@HOST or an alias',
  }),
  port: zPort.exactOptional(),
  host: zDestination
    .meta({
      description:
        'the tunnel leads to this host, by the name that the SSH host knows. The default is the SSH host itself',
    })
    .exactOptional(),
  config: z
    .string()
    .min(1)
    .meta({ description: 'ssh reads this config file. The default is ~/.ssh/config of the user' })
    .exactOptional(),
});

/** Schema of the tunnel to a source that is not reached directly. */
export const zVia: z.ZodType<ViaSpec> = z
  .union([zThroughSource, zThroughSsh])
  .meta({ description: 'connects to the server through another source or an SSH host' });
