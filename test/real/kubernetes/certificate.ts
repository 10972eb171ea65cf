import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../machine/command.ts';

/** Files of a cluster: one certificate for all of its parts, and the key of its service accounts. */
export interface Certificates {
  /** Signed by itself, for loopback. As a client it is an administrator: with it the apiserver calls kubelets. */
  readonly certificate: string;
  readonly key: string;
  /** Signs the tokens of service accounts. */
  readonly accounts: string;
}

const subject = '/O=system:masters/CN=opsdeck-real';
const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc';

/** Makes them with openssl: Node can make keys, and no certificates. */
export const makeCertificates = async (dir: string, signal: AbortSignal): Promise<Certificates> => {
  const made = {
    certificate: join(dir, 'cluster.crt'),
    key: join(dir, 'cluster.key'),
    accounts: join(dir, 'accounts.key'),
  };
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const args = [
    'req',
    ...kind,
    '-subj',
    subject,
    '-addext',
    names,
    '-out',
    made.certificate,
    '-keyout',
    made.key,
  ];
  const { status, output } = await command('openssl', args, { signal });
  if (status !== 0) throw new Error(`openssl made no certificate\n${output}`);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(made.accounts, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  return made;
};
