import { generateKeyPairSync } from 'node:crypto';

/** A key pair as OpenSSH reads it. */
export interface Key {
  readonly secret: string;
  /** 'ecdsa-sha2-nistp256 AAAA…', as it stands in known_hosts and authorized_keys. */
  readonly line: string;
  readonly data: Buffer;
}

/**
 * A new key for one run of a world. Made by Node: of the ed25519 keys that ssh2 1.17 makes, one in a thousand cannot be read
 * by itself (tried).
 */
export const newKey = async (): Promise<Key> => {
  const { privateKey: secret } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const { default: ssh2 } = await import('ssh2');
  const parsed = ssh2.utils.parseKey(secret);
  if (parsed instanceof Error) throw parsed;
  const data = parsed.getPublicSSH();
  return { secret, line: `${parsed.type} ${data.toString('base64')}`, data };
};
