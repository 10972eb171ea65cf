import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../machine/command.ts';

/** Files of a cluster: one certificate for all components, and the signing key for service account tokens. */
export interface Certificates {
  /** Self-signed, for loopback. As a client certificate it has administrator rights: the API server calls kubelets with it. */
  readonly certificate: string;
  readonly key: string;
  /** Signing key for service account tokens. */
  readonly accounts: string;
}

const subject = '/O=system:masters/CN=opsdeck-real';
const names = 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc';

/** Creates the files with openssl, because Node can create keys but not certificates. */
export const createCertificates = async (dir: string, signal: AbortSignal): Promise<Certificates> => {
  const files = {
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
    files.certificate,
    '-keyout',
    files.key,
  ];
  const { status, output } = await command('openssl', args, { signal });
  if (status !== 0) throw new Error(`openssl failed\n${output}`);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(files.accounts, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  return files;
};
