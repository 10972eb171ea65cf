import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import type { Millis } from '../../../../domain/fault.ts';
import { isoTime } from '../../../../domain/format.ts';
import { isSecretName } from '../../../../domain/mask/secrets.ts';
import type { Drift, OperationCall } from '../../../../domain/operation.ts';
import { PlanError } from '../../../../domain/operation.ts';
import { WireError } from '../../../../platform/failures.ts';
import { isAltered } from '../../../../platform/terminal/sanitize.ts';
import { declareOperation } from '../../../define-operation.ts';
import { passwordsIn } from '../../../secret-name.ts';
import { entries, field, text } from '../../../wire-value.ts';
import { kinds } from '../../kinds.ts';
import { printOf } from '../field-diff.ts';
import { type Found, findIt, rightTo, targetOf } from '../found.ts';
import { earlierOf } from '../recipe.ts';
import { defineWrite } from '../write-operation.ts';
import {
  type SetDataParams,
  setDataParams,
  textDiff,
  valueWords,
  type WantedValue,
  wantedValues,
} from './values.ts';

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
const certificateWords = (
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

/** An old text that is longer is not kept in the record of a run. */
const longestKept = 64 * 1024;

const keysOf = ({ key, files = {} }: SetDataParams): readonly string[] =>
  key === undefined ? Object.keys(files) : [key];

const isSecretKind = ({ secret }: SetDataParams): boolean => secret !== undefined;

const heldIn = (raw: unknown, key: string, isSecret: boolean): string | undefined => {
  const held = text(field(field(raw, 'data'), key));
  return held === undefined || !isSecret ? held : Buffer.from(held, 'base64').toString('utf8');
};

const versionOf = (raw: unknown): string =>
  text(field(field(raw, 'metadata'), 'resourceVersion')) ?? 'unknown';

/** What the plan keeps of the body: what is in it is read again when it is sent. */
const referenceTo = (values: readonly WantedValue[]): string =>
  JSON.stringify(Object.fromEntries(values.map(({ key, text: value }) => [key, value && printOf(value)])));

const bodyOf = (values: readonly WantedValue[], isSecret: boolean): string => {
  const coded = (value: string): string => (isSecret ? Buffer.from(value).toString('base64') : value);
  const data = values.map(({ key, text: value }) => [key, value === null ? null : coded(value)] as const);
  return JSON.stringify({ data: Object.fromEntries(data) });
};

const shownBody = (values: readonly WantedValue[], isSecret: boolean): string =>
  JSON.stringify({
    data: Object.fromEntries(
      values.map(({ key, text: value }) => [key, value && `… (${valueWords(value, isSecret)})`]),
    ),
  });

/** The old text, where it may stand in the record of a run. */
const undoOf = (source: string, found: Found, values: readonly WantedValue[]): OperationCall | undefined => {
  const [only, ...others] = values;
  if (found.kind !== kinds.configmap || only === undefined || others.length > 0) return undefined;
  const { key } = only;
  const old = heldIn(found.raw, key, false) ?? null;
  const mayBeKept =
    old === null || (old.length <= longestKept && !isSecretName(key) && passwordsIn(old).length === 0);
  if (!mayBeKept || isAltered(found.raw)) return undefined;
  return {
    use: `${source}.setData`,
    with: { configmap: found.name, key, value: old, namespace: found.namespace },
    title: old === null ? `Take ${key} of ${found.object} away again` : `Put ${key} of ${found.object} back`,
    pins: 'value',
  };
};

const declared = declareOperation({ name: 'setData', danger: 'disruptive', params: setDataParams });

/** `setData`: keys of a ConfigMap or a Secret, and no others; nothing is restarted by it. */
export const setData = defineWrite(declared, (parts) => {
  const { client, io, source, dir } = parts;
  const read = (params: SetDataParams, signal: AbortSignal): Promise<readonly WantedValue[]> =>
    wantedValues(io.files, params, dir, signal);

  const saw = (raw: unknown, params: SetDataParams): string => {
    const isSecret = isSecretKind(params);
    const held = keysOf(params).map((key) => `${key} ${valueWords(heldIn(raw, key, isSecret), isSecret)}`);
    // A value that is not told cannot be seen to change.
    return [...held, ...(isSecret ? [`version ${versionOf(raw)}`] : [])].join('; ');
  };

  const certificate = (
    raw: unknown,
    values: readonly WantedValue[],
    mayEndEarlier: boolean | undefined,
  ): readonly string[] => {
    const valueUnder = (wanted: string): string | undefined =>
      values.find(({ key }) => key === wanted)?.text ?? undefined;
    const [pem, key] = [valueUnder('tls.crt'), valueUnder('tls.key')];
    if (pem === undefined && key === undefined) return [];
    if (pem === undefined || key === undefined)
      throw new PlanError('failed', 'a certificate and its key change together: files: { tls.crt, tls.key }');
    const held = heldIn(raw, 'tls.crt', true);
    return certificateWords({ certificate: pem, key }, held, client.wallNow(), mayEndEarlier);
  };

  return {
    saw,
    prepare: async (params, signal) => {
      const isSecret = isSecretKind(params);
      const values = await read(params, signal);
      const kind = isSecret ? kinds.secret : kinds.configmap;
      const name = params.secret ?? params.configmap ?? '';
      const found = await findIt(parts, kind, name, params.namespace, signal);
      const { raw, path, object } = found;
      const call: KubeCall = {
        method: 'PATCH',
        path,
        contentType: 'application/merge-patch+json',
        body: referenceTo(values),
      };
      const undo = undoOf(source, found, values);
      const others = entries(field(raw, 'data')).filter(([key]) => !keysOf(params).includes(key)).length;
      return {
        deeds: [
          {
            call,
            shown: shownBody(values, isSecret),
            rehearsal: { ...call, body: bodyOf(values, isSecret) },
            target: targetOf(found, saw(raw, params)),
            object,
            look: path,
            rights: [rightTo('patch', found)],
            before: { raw },
          },
        ],
        objects: [
          ...values.map(({ key, from }) => `${object} ${key}: ${from}`),
          ...(isSecret
            ? certificate(raw, values, params.shorter)
            : values.flatMap(({ key, text: value }) => textDiff(key, heldIn(raw, key, false), value))),
          `${others} other keys of ${object} stay as they are; nobody is restarted by it`,
        ],
        ...(undo === undefined ? { lost: lostWords(isSecret) } : { undo }),
      };
    },
    moved: async (plan, signal): Promise<Drift | undefined> => {
      const now = referenceTo(await read(plan.params, signal));
      const [target] = plan.targets;
      if (target === undefined || earlierOf(plan).calls[0]?.body === now) return undefined;
      return { target: target.name, planned: 'the file as it was planned', found: 'another text in it' };
    },
    finish: async (call, plan, _, signal) => {
      const params = plan.params;
      const values = await read(params, signal);
      if (referenceTo(values) !== call.body)
        throw new WireError('malformed', 'its file has changed since it was planned');
      return { ...call, body: bodyOf(values, isSecretKind(params)) };
    },
  };
});

const lostWords = (isSecret: boolean): string =>
  isSecret
    ? 'the old value: what is secret is not written down, so keep it elsewhere before'
    : 'the old text is not kept: it is long, is several, or holds what looks like a password';
