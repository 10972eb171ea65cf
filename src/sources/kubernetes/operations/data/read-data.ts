import { isSecretName } from '../../../../domain/mask/secret-fields.ts';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { pluralize } from '../../../../domain/text/count-text.ts';
import { statusText } from '../../../../platform/network/status.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { resolveLocalPath } from '../../../kit/operations/local-files.ts';
import { defineReadOperation } from '../../../kit/operations/read-operation.ts';
import { documentProblem, isDocument } from '../../../kit/values/document-problem.ts';
import { redactPasswords } from '../../../kit/values/secrets.ts';
import { entries, field, text } from '../../../kit/values/wire-value.ts';
import type { KubeParts } from '../../api/parts.ts';
import { toPlanError } from '../write/admission.ts';
import { readPinnedObject } from '../write/find-object.ts';
import { parsePlanRecord } from '../write/write-planner.ts';
import { type DataParams, dataParams, describeDataValue, textDiff, trimSingleLineEnd } from './values.ts';

const maxFileBytes = 1024 * 1024;

/** Report about one key. */
interface DataKeyReport {
  readonly lines: readonly string[];
  readonly isBroken: boolean;
  readonly differs: boolean;
}

const summary = (all: readonly DataKeyReport[]): string => {
  const broken = all.filter(({ isBroken }) => isBroken).length;
  const drifts = all.filter(({ differs }) => differs).length;
  const parsing = broken === 0 ? 'all YAML and JSON values are valid' : `${broken} invalid`;
  const drift = drifts === 0 ? '' : `; ${drifts} differ from their files`;
  return `${pluralize(all.length, 'key')}: ${parsing}${drift}`;
};

/** Reports the text of a key line by line, and whether it matches the format that its name implies. */
const reportKey = (key: string, current: string, isSecret: boolean): DataKeyReport => {
  const isHidden = isSecret || isSecretName(key);
  const head = `${key}: ${describeDataValue(current, isHidden)}`;
  const problem = isHidden ? undefined : documentProblem(key, current);
  const verdict =
    isHidden || !isDocument(key) ? '' : problem === undefined ? ', valid' : `, ${key}:${problem}`;
  const lines = isHidden ? [] : current.replace(/\n$/, '').split('\n');
  return {
    lines: [head + verdict, ...lines.map((line, index) => `${index + 1} ${redactPasswords(line)}`)],
    isBroken: problem !== undefined,
    differs: false,
  };
};

const declared = declareOperation({
  name: 'data',
  says: 'shows the keys of a ConfigMap or Secret',
  params: dataParams,
  resultKinds: ['json'],
});

/**
 * `data`: shows the keys of a ConfigMap with their texts, or those of a Secret without; compares them with files that
 * should be equal.
 */
export const data = defineReadOperation(declared, (parts: KubeParts) => {
  const { client, io, dir } = parts;

  const compareWithFile = async (
    key: string,
    current: string | undefined,
    { secret, compare = {} }: DataParams,
    signal: AbortSignal,
  ): Promise<readonly string[]> => {
    const path = compare[key];
    if (path === undefined) return [];
    const file = await io.files.read(
      resolveLocalPath(path, dir),
      { from: 'head', maxBytes: maxFileBytes },
      signal,
    );
    if (!file.whole)
      throw new WireError('malformed', `${path} is larger than 1 MiB, the limit of Kubernetes`);
    const desired = secret === undefined ? file.raw : trimSingleLineEnd(file.raw);
    if (desired === current) return [];
    if (secret !== undefined) return [`${key} differs from ${path}`];
    return [`${key} differs from ${path} (- live, + file):`, ...textDiff(key, file.raw, current ?? null)];
  };

  const inspectKeys = async (
    raw: unknown,
    params: DataParams,
    signal: AbortSignal,
  ): Promise<readonly DataKeyReport[]> => {
    const isSecret = params.secret !== undefined;
    const data = new Map(
      entries(field(raw, 'data')).map(([key, value]) => {
        const current = text(value) ?? '';
        return [key, isSecret ? Buffer.from(current, 'base64').toString('utf8') : current] as const;
      }),
    );
    const keys = [...new Set([...data.keys(), ...Object.keys(params.compare ?? {})])];
    return Promise.all(
      keys.map(async (key) => {
        const current = data.get(key);
        const drift = await compareWithFile(key, current, params, signal);
        const report =
          current === undefined
            ? { lines: [`the object has no key ${key}`], isBroken: false }
            : reportKey(key, current, isSecret);
        return { ...report, lines: [...report.lines, ...drift], differs: drift.length > 0 };
      }),
    );
  };

  return {
    plan: async (params, signal) => {
      const object =
        params.secret === undefined ? `configmap/${params.configmap}` : `secret/${params.secret}`;
      try {
        const { path, request: pinned } = await readPinnedObject(parts, object, params.namespace, signal);
        const call = { method: 'GET', path };
        return {
          targets: [pinned.target],
          calls: [{ line: client.describeCall('GET', path), target: 0 }],
          objects: [object],
          earlier: { calls: [call], looks: [path], rights: [], follow: [] },
        };
      } catch (error) {
        throw toPlanError(error, 'data');
      }
    },

    act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
      const params = plan.params;
      const path = parsePlanRecord(plan).looks[0] ?? '';
      const line = client.describeCall('GET', path);
      yield { is: 'call', line };
      try {
        const all = await inspectKeys(await client.get(path, signal), params, signal);
        for (const text of all.flatMap(({ lines }) => lines)) yield { is: 'output', text };
        yield { is: 'output', text: summary(all) };
        const json = {
          keys: all.length,
          broken: all.filter(({ isBroken }) => isBroken).length,
          differing: all.filter(({ differs }) => differs).length,
        };
        yield { is: 'found', found: { json } };
        yield { is: 'answered', line, status: statusText(200), ok: true };
      } catch (error) {
        yield { is: 'answered', line, status: client.fault(path, error).message, ok: false };
      }
    },
  };
});
