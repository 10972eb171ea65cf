import { z } from 'zod';
import type { Plan } from '../../../domain/operation.ts';

/** What a plan keeps of its reads: what is sent, where its targets are looked at again, and what takes it back. */
const earlier = z.object({
  calls: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      contentType: z.string().exactOptional(),
      body: z.string().exactOptional(),
    }),
  ),
  looks: z.array(z.string()),
  rights: z.array(
    z.object({
      verb: z.string(),
      group: z.string(),
      resource: z.string(),
      subresource: z.string().exactOptional(),
      namespace: z.string().exactOptional(),
      name: z.string().exactOptional(),
    }),
  ),
  follow: z.array(z.object({ object: z.string(), path: z.string(), pods: z.string().exactOptional() })),
  /** A file of this machine that it writes or reads, and what told it from another. */
  file: z.object({ path: z.string(), print: z.string() }).exactOptional(),
  undo: z
    .object({
      use: z.string(),
      title: z.string(),
      with: z.record(z.string(), z.unknown()),
      pins: z.enum(['value', 'gone', 'nothing']).exactOptional(),
    })
    .exactOptional(),
});

export type Earlier = z.infer<typeof earlier>;

/** Throws when it is not what one of these operations has planned. */
export const earlierOf = (plan: Plan): Earlier => earlier.parse(plan.earlier);
