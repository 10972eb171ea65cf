import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Millis } from '../../../../domain/base/fault.ts';
import { dayMs } from '../../../../domain/text/duration.ts';
import { sha256Text } from '../state/names.ts';

/** The part of ASN.1 DER that a certificate needs. Source: ITU-T X.690. */

const lengthOf = (length: number): readonly number[] => {
  if (length < 128) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
};

/** One value with its tag. */
const tagged = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
};

const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts);
const setOf = (part: Uint8Array): Buffer => tagged(0x31, part);
const integer = (bytes: readonly number[]): Buffer => tagged(0x02, Buffer.from(bytes));
const bits = (bytes: Uint8Array): Buffer => tagged(0x03, Buffer.from([0]), bytes);
const octets = (bytes: Uint8Array): Buffer => tagged(0x04, bytes);
const text = (value: string): Buffer => tagged(0x0c, Buffer.from(value));

/** An encoded object identifier: '2b6570' is 1.3.101.112. */
const identifier = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));

/** UTCTime, valid until 2049. */
const time = (moment: number): Buffer =>
  tagged(0x17, Buffer.from(`${new Date(moment).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));

const ed25519 = sequence(identifier('2b6570'));
const commonName = '550403';
const alternativeNames = '551d11';

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replaceAll(/(.{64})(?!$)/g, '$1\n')}\n-----END ${label}-----\n`;

/**
 * A self-signed certificate for host names, valid for a year or so many days, deterministic. Its key protects nothing: it is derived from the
 * names. Source: RFC 5280, RFC 8410.
 */
export const certificateFor = (
  hosts: readonly string[],
  since: Millis,
  days = 365,
): { readonly certificate: string; readonly key: string } => {
  const seed = Buffer.from(sha256Text(`certificate/${hosts.join()}`), 'hex');
  const keyBytes = sequence(integer([0]), ed25519, octets(octets(seed)));
  const key = createPrivateKey({ key: keyBytes, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const name = sequence(setOf(sequence(identifier(commonName), text(hosts[0] ?? ''))));
  const names = sequence(...hosts.map((host) => tagged(0x82, Buffer.from(host))));
  const extensions = sequence(sequence(identifier(alternativeNames), octets(names)));
  const body = sequence(
    tagged(0xa0, integer([2])),
    integer([1, ...seed.subarray(0, 6)]),
    ed25519,
    name,
    sequence(time(since), time(since + days * dayMs)),
    name,
    publicKey,
    tagged(0xa3, extensions),
  );
  const certificate = sequence(body, ed25519, bits(sign(null, body, key)));
  return { certificate: pem('CERTIFICATE', certificate), key: pem('PRIVATE KEY', keyBytes) };
};
