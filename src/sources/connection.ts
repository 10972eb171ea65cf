import { z } from 'zod';
import { zDuration } from '../domain/schema.ts';
import { zExpectation } from './expectation.ts';

/** One way to log in. Secrets come by reference. */
export const zAuth = z
  .strictObject({
    bearer: z.string().exactOptional(),
    basic: z.strictObject({ user: z.string(), password: z.string() }).exactOptional(),
    header: z
      .record(z.string(), z.string())
      .meta({ description: 'headers by name, for an API key' })
      .exactOptional(),
  })
  .refine((auth) => Object.keys(auth).length === 1, {
    error: 'auth is exactly one of bearer, basic { user, password }, header { NAME: value }',
  })
  .meta({ description: 'how to log in: bearer, basic or header' });

export const zTls = z
  .strictObject({
    ca: z.string().meta({ description: 'PEM of the CA to trust, by a file reference' }).exactOptional(),
    cert: z.string().meta({ description: 'PEM of our certificate' }).exactOptional(),
    key: z.string().meta({ description: 'PEM of its key' }).exactOptional(),
    passphrase: z.string().meta({ description: 'of the key, where that is encrypted' }).exactOptional(),
    insecure: z.boolean().meta({ description: 'accept any certificate' }).exactOptional(),
    serverName: z.string().meta({ description: 'the name that the certificate bears' }).exactOptional(),
  })
  .meta({ description: 'TLS: CA, client certificate, server name' });

/** What must answer at the address; when something else does, the whole source is unknown and its operations locked. */
const zIdentity = z
  .strictObject({ path: z.string(), ...zExpectation.shape })
  .meta({ description: 'what must answer there: a path, and the status, json, text or header to find' });

/** What every source over HTTP takes besides its own. */
export const connection = {
  every: zDuration.prefault('5s').meta({ description: 'how often it is read' }),
  timeout: zDuration.prefault('3s').meta({ description: 'how long an answer may take' }),
  auth: zAuth.exactOptional(),
  tls: zTls.exactOptional(),
  identity: zIdentity.exactOptional(),
};

export type Auth = z.infer<typeof zAuth>;
export type IdentityConfig = z.infer<typeof zIdentity>;

/** A reading is stale when three rounds went by without a new one. */
export const staleAfter = (everyMs: number): number => 3 * everyMs;
