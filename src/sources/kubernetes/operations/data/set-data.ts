import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import type { Millis } from '../../../../domain/base/fault.ts';
import { isSecretName } from '../../../../domain/mask/secret-fields.ts';
import type { OperationCall, TargetDrift } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { isoTime } from '../../../../domain/text/format.ts';
import { hasAlteredText } from '../../../../platform/masking/sanitize.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { findPasswords } from '../../../kit/values/secrets.ts';
import { entries, field, text } from '../../../kit/values/wire-value.ts';
import { apiResources } from '../../api/api-resources.ts';
import { shortHash } from '../write/field-diff.ts';
import { type ClusterObject, objectTarget, readObject, rightTo } from '../write/find-object.ts';
import { defineWriteOperation } from '../write/write-operation.ts';
import { parsePlanRecord } from '../write/write-planner.ts';
import {
  type DesiredValue,
  describeDataValue,
  readDesiredValues,
  type SetDataParams,
  setDataParams,
  textDiff,
} from './values.ts';

/** The compared properties of a certificate. */
interface CertificateDetails {
  readonly begins: Millis;
  readonly ends: Millis;
  readonly names: readonly string[];
}

/** Parses the first certificate of a chain, which is the server's own; undefined without one. */
const certificateIn = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

const certificateDetails = (certificate: X509Certificate): CertificateDetails => ({
  begins: Date.parse(certificate.validFrom),
  ends: Date.parse(certificate.validTo),
  names: (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .sort(),
});

const matchesKey = (certificate: X509Certificate, key: string): boolean => {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    throw new PlanError('failed', 'tls.key is not a readable private key (encrypted keys are not supported)');
  }
};

const isoDay = (time: Millis): string => isoTime(time).slice(0, 10);
const formatNames = (names: readonly string[]): string =>
  names.length === 0 ? 'no names' : names.map((name) => name.replace(/^DNS:/, '')).join(', ');

const certificateError = (why: string): PlanError => new PlanError('failed', `tls.crt: ${why}`);

/**
 * Describes the replacement of a certificate. Throws PlanError when the key does not match, when the certificate is not
 * valid now, or when a name would no longer be served. Also throws when it expires before the old one, unless that is
 * allowed.
 */
const describeCertificateChange = (
  { certificate: pem, key }: { readonly certificate: string; readonly key: string },
  oldPem: string | undefined,
  now: Millis,
  mayEndEarlier = false,
): readonly string[] => {
  const certificate = certificateIn(pem);
  if (certificate === undefined) throw certificateError('no certificate');
  if (!matchesKey(certificate, key))
    throw certificateError('tls.key does not belong to tls.crt: name the two files of one certificate');
  const next = certificateDetails(certificate);
  if (next.begins > now) throw certificateError(`is not valid before ${isoTime(next.begins)}`);
  if (next.ends <= now) throw certificateError(`expired on ${isoDay(next.ends)}`);
  const old = oldPem === undefined ? undefined : certificateIn(oldPem);
  if (old === undefined)
    return [
      `certificate until ${isoDay(next.ends)}, for ${formatNames(next.names)}. There is no current certificate to compare with`,
    ];
  const was = certificateDetails(old);
  if (next.ends <= was.ends && !mayEndEarlier)
    throw certificateError(
      `expires on ${isoDay(next.ends)}, not later than the current certificate (${isoDay(was.ends)}). Set shorter: true to accept this date`,
    );
  const missing = was.names.filter((name) => !next.names.includes(name));
  if (missing.length > 0)
    throw certificateError(`does not cover ${formatNames(missing)}, which the current certificate covers`);
  return [
    `certificate until ${isoDay(was.ends)} → ${isoDay(next.ends)}`,
    `for ${formatNames(was.names)} → ${formatNames(next.names)}`,
  ];
};

/** A longer old text is not kept in the record of a run. */
const maxUndoBytes = 64 * 1024;

const keysOf = ({ key, files = {} }: SetDataParams): readonly string[] =>
  key === undefined ? Object.keys(files) : [key];

const isSecretKind = ({ secret }: SetDataParams): boolean => secret !== undefined;

const currentValue = (raw: unknown, key: string, isSecret: boolean): string | undefined => {
  const stored = text(field(field(raw, 'data'), key));
  return stored === undefined || !isSecret ? stored : Buffer.from(stored, 'base64').toString('utf8');
};

const resourceVersionOf = (raw: unknown): string =>
  text(field(field(raw, 'metadata'), 'resourceVersion')) ?? 'unknown';

/** Reference to the values in a plan; the values themselves are read again before they are sent. */
const valuesReference = (values: readonly DesiredValue[]): string =>
  JSON.stringify(Object.fromEntries(values.map(({ key, text: value }) => [key, value && shortHash(value)])));

const dataPatchBody = (values: readonly DesiredValue[], isSecret: boolean): string => {
  const coded = (value: string): string => (isSecret ? Buffer.from(value).toString('base64') : value);
  const data = values.map(({ key, text: value }) => [key, value === null ? null : coded(value)] as const);
  return JSON.stringify({ data: Object.fromEntries(data) });
};

const displayDataBody = (values: readonly DesiredValue[], isSecret: boolean): string =>
  JSON.stringify({
    data: Object.fromEntries(
      values.map(({ key, text: value }) => [key, value && `… (${describeDataValue(value, isSecret)})`]),
    ),
  });

/** Undo with the old text, where the record of a run may contain it. */
const undoSetData = (
  source: string,
  clusterObject: ClusterObject,
  values: readonly DesiredValue[],
): OperationCall | undefined => {
  const [only, ...others] = values;
  if (clusterObject.kind !== apiResources.configmap || only === undefined || others.length > 0)
    return undefined;
  const { key } = only;
  const old = currentValue(clusterObject.raw, key, false) ?? null;
  const mayBeKept =
    old === null || (old.length <= maxUndoBytes && !isSecretName(key) && findPasswords(old).length === 0);
  if (!mayBeKept || hasAlteredText(clusterObject.raw)) return undefined;
  return {
    use: `${source}.setData`,
    with: { configmap: clusterObject.name, key, value: old, namespace: clusterObject.namespace },
    title:
      old === null
        ? `Remove ${key} from ${clusterObject.object}`
        : `Restore ${key} of ${clusterObject.object}`,
    pins: 'value',
  };
};

const declared = declareOperation({
  name: 'setData',
  says: 'sets one or several keys of a ConfigMap or Secret',
  danger: 'disruptive',
  params: setDataParams,
});

/** `setData`: sets keys of a ConfigMap or a Secret and leaves the others alone. Restarts nothing. */
export const setData = defineWriteOperation(declared, (parts) => {
  const { client, io, source, dir } = parts;
  const read = (params: SetDataParams, signal: AbortSignal): Promise<readonly DesiredValue[]> =>
    readDesiredValues(io.files, params, dir, signal);

  const pinnedValue = (raw: unknown, params: SetDataParams): string => {
    const isSecret = isSecretKind(params);
    const keyTexts = keysOf(params).map(
      (key) => `${key} ${describeDataValue(currentValue(raw, key, isSecret), isSecret)}`,
    );
    // A change of a hidden value shows only in the version of the object.
    return [...keyTexts, ...(isSecret ? [`version ${resourceVersionOf(raw)}`] : [])].join('; ');
  };

  const certificate = (
    raw: unknown,
    values: readonly DesiredValue[],
    mayEndEarlier: boolean | undefined,
  ): readonly string[] => {
    const valueUnder = (name: string): string | undefined =>
      values.find(({ key }) => key === name)?.text ?? undefined;
    const pem = valueUnder('tls.crt');
    const key = valueUnder('tls.key');
    if (pem === undefined && key === undefined) return [];
    if (pem === undefined || key === undefined)
      throw new PlanError('failed', 'change a certificate and the key together: files: { tls.crt, tls.key }');
    const stored = currentValue(raw, 'tls.crt', true);
    return describeCertificateChange({ certificate: pem, key }, stored, client.wallNow(), mayEndEarlier);
  };

  return {
    pinnedValue: pinnedValue,
    prepare: async (params, signal) => {
      const isSecret = isSecretKind(params);
      const values = await read(params, signal);
      const kind = isSecret ? apiResources.secret : apiResources.configmap;
      const name = params.secret ?? params.configmap ?? '';
      const clusterObject = await readObject(parts, kind, name, params.namespace, signal);
      const { raw, path, object } = clusterObject;
      const call: KubeCall = {
        method: 'PATCH',
        path,
        contentType: 'application/merge-patch+json',
        body: valuesReference(values),
      };
      const undo = undoSetData(source, clusterObject, values);
      const others = entries(field(raw, 'data')).filter(([key]) => !keysOf(params).includes(key)).length;
      return {
        writes: [
          {
            call,
            displayBody: displayDataBody(values, isSecret),
            dryRunCall: { ...call, body: dataPatchBody(values, isSecret) },
            target: objectTarget(clusterObject, pinnedValue(raw, params)),
            object,
            readPath: path,
            rights: [rightTo('patch', clusterObject)],
            before: { raw },
          },
        ],
        objects: [
          ...values.map(({ key, from }) => `${object} ${key}: ${from}`),
          ...(isSecret
            ? certificate(raw, values, params.shorter)
            : values.flatMap(({ key, text: value }) => textDiff(key, currentValue(raw, key, false), value))),
          others === 1
            ? `1 other key of ${object} is unchanged, and no pod is restarted`
            : `${others} other keys of ${object} are unchanged, and no pod is restarted`,
        ],
        ...(undo === undefined ? { lost: irreversibleText(isSecret) } : { undo }),
      };
    },
    extraDrift: async (plan, signal): Promise<TargetDrift | undefined> => {
      const now = valuesReference(await read(plan.params, signal));
      const [target] = plan.targets;
      if (target === undefined || parsePlanRecord(plan).calls[0]?.body === now) return undefined;
      return { target: target.name, planned: 'the file as it was planned', found: 'different content' };
    },
    finalizeCall: async (call, plan, _, signal) => {
      const params = plan.params;
      const values = await read(params, signal);
      if (valuesReference(values) !== call.body)
        throw new WireError(
          'malformed',
          'the file has changed since the run was planned. Plan the run again',
        );
      return { ...call, body: dataPatchBody(values, isSecretKind(params)) };
    },
  };
});

const irreversibleText = (isSecret: boolean): string =>
  isSecret
    ? 'opsdeck does not keep the old value, which is a secret: make a backup first'
    : 'opsdeck does not keep an old value that is too long for an undo, has several keys, or may be a password';
