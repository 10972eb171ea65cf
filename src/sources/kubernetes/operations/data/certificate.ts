import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Millis } from '../../../../domain/fault.ts';
import { isoTime } from '../../../../domain/format.ts';
import { PlanError } from '../../../../domain/plan-error.ts';

/** What is looked at of a certificate. */
interface Looked {
  readonly begins: Millis;
  readonly ends: Millis;
  readonly names: readonly string[];
}

/** The first of a chain, which is the server's own; undefined: there is none. */
const certificateIn = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

const lookedAt = (certificate: X509Certificate): Looked => ({
  begins: Date.parse(certificate.validFrom),
  ends: Date.parse(certificate.validTo),
  names: (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .sort(),
});

const fits = (certificate: X509Certificate, key: string): boolean => {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new PlanError(
      'failed',
      'tls.key is no private key that can be read (one with a passphrase cannot)',
    );
  }
};

const day = (at: Millis): string => isoTime(at).slice(0, 10);
const namesWords = (names: readonly string[]): string =>
  names.length === 0 ? 'no names' : names.map((name) => name.replace(/^DNS:/, '')).join(', ');

const refuse = (why: string): PlanError => new PlanError('failed', `tls.crt: ${why}`);

/**
 * What changes when a certificate takes the place of another, in words. Throws PlanError when the key is not its own, when it is
 * not valid now, not for longer than the old one (unless it may end earlier), or when a name would not be served any more.
 */
export const certificateWords = (
  { certificate: pem, key }: { readonly certificate: string; readonly key: string },
  oldPem: string | undefined,
  now: Millis,
  mayEndEarlier = false,
): readonly string[] => {
  const certificate = certificateIn(pem);
  if (certificate === undefined) throw refuse('no certificate');
  if (!fits(certificate, key)) throw refuse('tls.key is not the key of this certificate');
  const next = lookedAt(certificate);
  if (next.begins > now) throw refuse(`not valid before ${isoTime(next.begins)}`);
  if (next.ends <= now) throw refuse(`it ended on ${day(next.ends)}`);
  const old = oldPem === undefined ? undefined : certificateIn(oldPem);
  if (old === undefined)
    return [
      `certificate until ${day(next.ends)}, for ${namesWords(next.names)}; there is none to compare it with`,
    ];
  const was = lookedAt(old);
  if (next.ends <= was.ends && !mayEndEarlier)
    throw refuse(
      `it ends on ${day(next.ends)}, not later than the one that is there (${day(was.ends)}); shorter: true accepts that`,
    );
  const missing = was.names.filter((name) => !next.names.includes(name));
  if (missing.length > 0)
    throw refuse(`it is not for ${namesWords(missing)}, which the one that is there serves`);
  return [
    `certificate until ${day(was.ends)} → ${day(next.ends)}`,
    `for ${namesWords(was.names)} → ${namesWords(next.names)}`,
  ];
};
