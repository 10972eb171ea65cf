import { z } from 'zod';
import type { ViaSpec } from '../../domain/profile.ts';
import { tiers } from '../../runs/policy/tiers.ts';

/** The tier of the system that a source leads to: never stricter than its environment's, whose gates hold. */
export const zSourceTier = z
  .enum(tiers)
  .meta({ description: "the tier of what it leads to, where that is lower than the environment's" });

const argv = z.array(z.string().min(1)).min(1);

/** What renews the login of a source that has expired: an argv, run by a person at the terminal, or words for that person. */
export const zLogin = z
  .union([argv, z.string().trim().min(1)], { error: 'an argv ([aws, sso, login]), or words for a person' })
  .meta({ description: 'what renews its login when it has expired: an argv, or words for a person' });

const zPort = z
  .int()
  .min(1)
  .max(65_535)
  .meta({ description: 'a port at the end of the way; programs and files need none' });

/** A name for the command line of ssh, never one of its options. */
const zDestination = z.string().regex(/^[\w.][\w.@%+:[\]-]*$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is no host; write HOST, USER@HOST or an alias of the ssh config`,
});

const zThroughSource = z.strictObject({
  source: z.string().min(1).meta({ description: 'another source of this profile, one that leads on' }),
  target: z
    .string()
    .min(1)
    .meta({
      description: 'what to reach through it',
      examples: ['deployment/event-bus', 'pod/event-bus-0', 'app=event-bus', 'CONTAINER'],
    }),
  port: zPort.exactOptional(),
  container: z
    .string()
    .min(1)
    .meta({ description: 'of a pod with several containers: in which programs are run and files are read' })
    .exactOptional(),
});

const zThroughSsh = z.strictObject({
  ssh: zDestination.meta({ description: 'a host for the OpenSSH client: HOST, USER@HOST, an alias' }),
  port: zPort.exactOptional(),
  host: zDestination
    .meta({ description: 'whose port it is, as that host sees it; default: its own' })
    .exactOptional(),
  config: z.string().min(1).meta({ description: "an ssh config instead of the user's" }).exactOptional(),
});

/** The way to a source that is not reached straight. */
export const zVia: z.ZodType<ViaSpec> = z
  .union([zThroughSource, zThroughSsh])
  .meta({ description: 'reaches this source through another one, or through an ssh host' });
