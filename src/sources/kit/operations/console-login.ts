import { z } from 'zod';

/** The login of a console, where it is not that of the source. */
export const zConsoleLogin = z
  .strictObject({
    user: z.string().min(1),
    password: z
      .string()
      .meta({ description: 'password, as a secret reference (default: the program asks)' })
      .exactOptional(),
  })
  .meta({ description: 'login of the console (default: that of the source)' });
