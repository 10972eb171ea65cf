import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';

/**
 * The keys of a source's readings. Only who knows everything that the source is read with, credentials included, can find
 * them in the state database, open them, or write some that others accept.
 */
export interface AccessKeys {
  /** The name of a call: its row in the database. */
  rowOf(call: string): string;
  /** Tells whether two texts are the same. */
  digest(text: string): string;
  /** Proves that a text was written with this access. */
  stamp(text: string): string;
  hasStamp(text: string, stamp: string): boolean;
  /** Encrypts a text for one row. */
  seal(row: string, text: string): string;
  /** Decrypts it; undefined for one that was changed, moved to another row, or written with another access. */
  openSealed(row: string, sealed: string): string | undefined;
}

/** About 0.1 s and 32 MiB: guessing a credential from a row costs that much per guess. RFC 7914. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
/** AES-GCM with random nonces, NIST SP 800-38D. */
const cipherName = 'aes-256-gcm';

const derived = (access: string, salt: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(access, salt, 2 * keyBytes, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });

/** Derives the keys, off the main thread. `salt`: that of the state database. */
export const deriveAccessKeys = async (access: string, salt: string): Promise<AccessKeys> => {
  const both = await derived(access, salt);
  const nameKey = both.subarray(0, keyBytes);
  const sealKey = both.subarray(keyBytes);
  const hmac = (purpose: string, text: string): string =>
    createHmac('sha256', nameKey).update(`${purpose}\n${text}`).digest('hex').slice(0, keyBytes);
  const stamp = (text: string): string => hmac('stamp', text);
  return {
    rowOf: (call) => hmac('row', call),
    digest: (text) => hmac('digest', text),
    stamp,
    hasStamp: (text, given) => {
      const expected = Buffer.from(stamp(text));
      const actual = Buffer.from(given);
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
    seal: (row, text) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(cipherName, sealKey, nonce).setAAD(Buffer.from(row));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    openSealed: (row, sealed) => {
      const bytes = Buffer.from(sealed, 'base64');
      if (bytes.length < nonceBytes + tagBytes) return undefined;
      try {
        const decipher = createDecipheriv(cipherName, sealKey, bytes.subarray(0, nonceBytes))
          .setAAD(Buffer.from(row))
          .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
        const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
};
