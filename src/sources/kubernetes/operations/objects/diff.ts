import { z } from 'zod';
import type { ActEvent } from '../../../../domain/runbooks/operation.ts';
import { statusText } from '../../../../platform/network/status.ts';
import { declareOperation, type PlanDraft } from '../../../kit/operations/define-operation.ts';
import { defineReadOperation } from '../../../kit/operations/read-operation.ts';
import { getIfExists } from '../../api/client.ts';
import type { KubeParts } from '../../api/parts.ts';
import { dryRunOrRefuse, fieldConflicts, toDryRunCall, toPlanError } from '../write/admission.ts';
import { fieldDiff } from '../write/field-diff.ts';
import { describeLocation, noUid } from '../write/find-object.ts';
import { zFallbackNamespace, zManifestFiles } from '../write/shared-params.ts';
import { applyManifestCall, type Manifest, readManifests } from './manifests.ts';

const diffParams = z.strictObject({ files: zManifestFiles, namespace: zFallbackNamespace });

type DiffParams = z.infer<typeof diffParams>;

/** Result for one document. */
interface ManifestDiff {
  readonly object: string;
  readonly status: string;
  readonly lines: readonly string[];
}

const summary = (all: readonly ManifestDiff[]): string => {
  const count = all.filter(({ lines }) => lines.length > 0).length;
  return count === 0 ? 'no object differs' : `${count} of ${all.length} objects differ`;
};

const declared = declareOperation({
  name: 'diff',
  says: 'shows the changes that an apply of these files would make',
  params: diffParams,
  resultKinds: ['json'],
});

/**
 * `diff`: shows what applying files would change, using dry runs that persist nothing. Also compares fields of other
 * managers and names those managers, since they reject the apply without `force: true`.
 */
export const diff = defineReadOperation(declared, (parts: KubeParts) => {
  const { client, io, dir } = parts;

  const read = ({ files }: DiffParams, signal: AbortSignal): Promise<readonly Manifest[]> =>
    readManifests(io.files, files, dir, signal);

  const compared = async (
    manifest: Manifest,
    params: DiffParams,
    signal: AbortSignal,
  ): Promise<ManifestDiff> => {
    const unforcedCall = await applyManifestCall(parts, manifest, params, signal);
    const object = `${unforcedCall.kind.singular}/${manifest.name}`;
    const before = await getIfExists(client, unforcedCall.path, signal);
    const conflicts = fieldConflicts(await client.dryRun(toDryRunCall(unforcedCall.call), signal));
    const { call } = await applyManifestCall(parts, manifest, { ...params, force: true }, signal);
    const answer = await dryRunOrRefuse(client, call, object, signal);
    const diff =
      before === undefined ? ['does not exist in the cluster yet'] : fieldDiff(before, answer.json());
    return { object, status: statusText(answer.status), lines: [...diff, ...conflicts] };
  };

  const planned = async (params: DiffParams, signal: AbortSignal): Promise<PlanDraft> => {
    const manifests = await read(params, signal);
    const calls = await Promise.all(
      manifests.map((manifest) => applyManifestCall(parts, manifest, params, signal)),
    );
    const places = await Promise.all(
      calls.map(({ namespace }) => describeLocation(client, namespace, signal)),
    );
    return {
      targets: manifests.map(({ name, print }, index) => ({
        name,
        uid: noUid,
        saw: `unchanged from its file, ${print}`,
        where: places[index] ?? '',
      })),
      calls: calls.map(({ call }, target) => {
        const { method, path } = toDryRunCall(call);
        return { line: client.describeCall(method, path), target };
      }),
      objects: manifests.map(({ file, nth }, index) => `${calls[index]?.path}: ${file}, document ${nth}`),
    };
  };

  return {
    plan: async (params, signal) => {
      try {
        return await planned(params, signal);
      } catch (error) {
        throw toPlanError(error, 'diff');
      }
    },

    act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
      const params = plan.params;
      const all: ManifestDiff[] = [];
      for (const [index, manifest] of (await read(params, signal)).entries()) {
        const line = plan.calls[index]?.line ?? manifest.file;
        yield { is: 'call', line };
        try {
          const manifestDiff = await compared(manifest, params, signal);
          all.push(manifestDiff);
          for (const text of manifestDiff.lines)
            yield { is: 'output', text: `${manifestDiff.object} ${text}` };
          const { object } = manifestDiff;
          yield { is: 'found', found: { json: { object, differs: manifestDiff.lines.length > 0 } } };
          yield { is: 'answered', line, status: manifestDiff.status, ok: true };
        } catch (error) {
          const { message } = client.fault('', toPlanError(error, manifest.name));
          yield { is: 'answered', line, status: message, ok: false };
          return;
        }
      }
      yield { is: 'output', text: summary(all) };
      yield { is: 'found', found: { json: { differs: all.some(({ lines }) => lines.length > 0) } } };
    },
  };
});
