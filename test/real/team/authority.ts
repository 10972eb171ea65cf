import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../machine/command.ts';

/** A certificate authority of a team: openssl, because Node can create keys but not certificates. */
export interface CertificateAuthority {
  /** The file with its certificate. */
  readonly certificate: string;
  /** Issues the certificate of a server with these names (`DNS:…`, `IP:…`); resolves to it and its key, as PEM. */
  issue(names: string): Promise<{ readonly certificate: string; readonly key: string }>;
}

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Creates an authority with its files in a directory. */
export const createAuthority = async (dir: string, name: string): Promise<CertificateAuthority> => {
  const at = (file: string): string => join(dir, `${name}-${file}`);
  const openssl = async (...args: readonly string[]): Promise<void> => {
    const { status, output } = await command('openssl', args, { signal: AbortSignal.timeout(20_000) });
    if (status !== 0) throw new Error(`openssl failed\n${output}`);
  };
  const files = { certificate: at('ca.crt'), key: at('ca.key') };
  await openssl(
    ...['req', '-x509', ...key, '-days', '2', '-subj', `/CN=${name}`],
    ...['-out', files.certificate, '-keyout', files.key],
  );
  let issued = 0;
  return {
    certificate: files.certificate,
    issue: async (names) => {
      issued += 1;
      const own = {
        request: at(`${issued}.csr`),
        certificate: at(`${issued}.crt`),
        key: at(`${issued}.key`),
      };
      await openssl(
        ...['req', '-new', ...key, '-subj', '/CN=state', '-addext', `subjectAltName=${names}`],
        ...['-out', own.request, '-keyout', own.key],
      );
      await openssl(
        ...['x509', '-req', '-in', own.request, '-CA', files.certificate, '-CAkey', files.key],
        ...['-CAcreateserial', '-days', '2', '-copy_extensions', 'copy', '-out', own.certificate],
      );
      return {
        certificate: await readFile(own.certificate, 'utf8'),
        key: await readFile(own.key, 'utf8'),
      };
    },
  };
};
