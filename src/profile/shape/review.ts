import { z } from 'zod';
import { zZone } from './times.ts';
import { zCovers } from './words.ts';

const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00Z`).toJSON()?.slice(0, 10) === text;

/** When somebody looks over what the profile was written from, and who. */
export const zReview = z.strictObject({
  owner: z.string().default('').meta({ description: 'who looks after it' }),
  every: z.string().default('').meta({ description: 'how often: monthly' }),
  next: z
    .string()
    .refine(isDay, {
      error: (issue) => `${JSON.stringify(issue.input)} is no day; write it as 2026-12-20`,
    })
    .optional()
    .meta({ description: 'the day of the next one' }),
  covers: zCovers,
});

const elsewhere = (what: string) => z.never({ error: what }).optional();

/** In which zone the days of this system are. */
export const zSchedule = z.strictObject({
  tz: zZone.optional().meta({ description: 'the zone of its days; default: that of this machine' }),
  quiet: elsewhere('quiet hours keep changes away: write them as guard.quiet'),
  maintenance: elsewhere('times of maintenance keep changes away: write them as guard.freeze'),
});
