import { z } from 'zod';
import { zOneOrMore } from '../../domain/schema.ts';
import { dangers } from '../../runs/policy/danger.ts';
import { zCovers, zName, zTitle } from './words.ts';

/** One rung of the authority ladder; the lowest stands first. */
export const zRung = z.strictObject({
  id: zName,
  title: zTitle.optional(),
  who: zOneOrMore.meta({ description: "account names of the operating system; '*' is everybody" }),
  may: z.enum(dangers).meta({ description: 'the most dangerous that it may do' }),
  also: z
    .array(z.string().min(1))
    .default([])
    .meta({ description: 'runbooks that it may run whatever their danger' }),
  covers: zCovers,
});
