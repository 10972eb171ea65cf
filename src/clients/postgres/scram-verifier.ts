import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(pbkdf2);
const saltBytes = 16;
const keyBytes = 32;

/**
 * Computes the SCRAM verifier that a PostgreSQL server stores, so that the password itself is never sent. Requires an
 * ASCII password, which SASLprep leaves unchanged. Source: RFC 5802, RFC 7677; PostgreSQL, src/common/scram-common.c,
 * scram_build_secret.
 */
export const scramVerifier = async (
  password: string,
  rounds: number,
  salt: Uint8Array = randomBytes(saltBytes),
): Promise<string> => {
  const salted = await derive(password, salt, rounds, keyBytes, 'sha256');
  const mac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(mac('Client Key')).digest('base64');
  const server = mac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${rounds}:${Buffer.from(salt).toString('base64')}$${stored}:${server}`;
};
