import { z } from 'zod';
import { zDuration } from '../../domain/schema.ts';
import { zCovers, zName, zTitle } from './words.ts';

/** One rung of the ladder of people, the first to be called first. */
export const zEscalation = z.strictObject({
  id: zName,
  title: zTitle.optional(),
  contact: z.string().min(1).optional().meta({ description: 'the id of whom to call' }),
  respond: z.string().default('').meta({ description: 'how soon they answer' }),
  authority: z.string().default('').meta({ description: 'what they may decide' }),
  when: z.string().default('').meta({ description: 'when it is their turn, in words' }),
  after: zDuration.optional().meta({ description: 'so long after the rung before was called' }),
  covers: zCovers,
});
