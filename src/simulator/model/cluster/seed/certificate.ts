import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Millis } from '../../../../domain/fault.ts';
import { digestOf } from '../names.ts';
import { bits, identifier, integer, octets, sequence, setOf, tagged, text, time } from './der.ts';

const ed25519 = sequence(identifier('2b6570'));
const commonName = '550403';
const alternativeNames = '551d11';
const dayMs = 86_400_000;

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes.toString('base64').replaceAll(/(.{64})(?!$)/g, '$1\n')}\n-----END ${label}-----\n`;

/**
 * A certificate for some host names, signed by itself, valid for a year; the same for the same names. Its key guards
 * nothing: it is worked out from the names. Source: RFC 5280, RFC 8410.
 */
export const certificateFor = (
  hosts: readonly string[],
  since: Millis,
): { readonly certificate: string; readonly key: string } => {
  const seed = Buffer.from(digestOf(`certificate/${hosts.join()}`), 'hex');
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
    sequence(time(since), time(since + 365 * dayMs)),
    name,
    publicKey,
    tagged(0xa3, extensions),
  );
  const certificate = sequence(body, ed25519, bits(sign(null, body, key)));
  return { certificate: pem('CERTIFICATE', certificate), key: pem('PRIVATE KEY', keyBytes) };
};
