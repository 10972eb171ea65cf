import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateFor } from '../../../src/simulator/model/cluster/seed/certificate.ts';
import { morning } from '../../simulation/simulation.ts';

/** A new certificate and its key, as files of this machine. */
interface CertificateFiles extends AsyncDisposable {
  readonly certificate: string;
  readonly key: string;
}

/** For these host names, valid from now on. */
export const certificateFiles = async (hosts: readonly string[]): Promise<CertificateFiles> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-certificate-'));
  const certificate = join(dir, 'new-cert.pem');
  const key = join(dir, 'new-key.pem');
  const pair = certificateFor(hosts, morning);
  await writeFile(certificate, pair.certificate);
  await writeFile(key, pair.key, { mode: 0o600 });
  return { certificate, key, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
};

/** A file that only its owner can read. */
export const secretFile = async (
  name: string,
  text: string,
): Promise<AsyncDisposable & { readonly path: string }> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-file-'));
  const path = join(dir, name);
  await writeFile(path, text, { mode: 0o600 });
  return { path, [Symbol.asyncDispose]: () => rm(dir, { recursive: true }) };
};
