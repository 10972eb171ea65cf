import { z } from 'zod';

const argv = z.array(z.string().min(1)).min(1);

/** What renews the login of a source that has expired: an argv, run by a person at the terminal, or words for that person. */
export const zLogin = z
  .union([argv, z.string().trim().min(1)], { error: 'an argv ([aws, sso, login]), or words for a person' })
  .meta({ description: 'what renews its login when it has expired: an argv, or words for a person' });
