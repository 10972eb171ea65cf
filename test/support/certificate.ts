import { createSign, generateKeyPairSync } from 'node:crypto';

const tagged = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
const bits = (body: Buffer): Buffer => tagged(0x03, Buffer.from([0]), body);

/** 1.2.840.10045.4.3.2, ecdsa-with-SHA256, and 2.5.4.3, common name. */
const algorithm = sequence(tagged(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
const commonName = (name: string): Buffer =>
  sequence(
    tagged(0x31, sequence(tagged(0x06, Buffer.from('550403', 'hex')), tagged(0x0c, Buffer.from(name)))),
  );
const time = (date: Date): Buffer =>
  tagged(0x18, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));

/** A self-signed certificate of `name`, valid until `validTo`, as PEM with its key (RFC 5280 §4.1, in DER). */
export const certificateOf = (
  name: string,
  validTo: Date,
): { readonly cert: string; readonly key: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const about = sequence(
    tagged(0x02, Buffer.from([1])),
    algorithm,
    commonName(name),
    sequence(time(new Date(0)), time(validTo)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = createSign('sha256').update(about).sign(privateKey);
  const der = sequence(about, algorithm, bits(signature));
  const lines = der.toString('base64').replaceAll(/(.{64})/g, '$1\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
};
