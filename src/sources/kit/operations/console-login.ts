import { z } from 'zod';

/** The login of a console, where it is not that of the source. */
export const zConsoleLogin = z
  .strictObject({
    user: z.string().min(1),
    password: z
      .string()
      .meta({
        description:
          'password of the console login, written as a secret reference (default: the program asks for one)',
      })
      .exactOptional(),
  })
  .meta({
    description: 'user and password that the console program logs in with (default: the login of the source)',
  });
