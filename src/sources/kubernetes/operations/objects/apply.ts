import { z } from 'zod';
import type { KubeCall } from '../../../../clients/kubernetes/reading.ts';
import { defined } from '../../../../domain/base/defined.ts';
import type { OperationCall, TargetDrift } from '../../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../../domain/runbooks/operation.ts';
import { parseYamlValue } from '../../../../domain/yaml/bounded-yaml.ts';
import { clipped } from '../../../../platform/masking/sanitize.ts';
import { WireError } from '../../../../platform/runtime/wire-error.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { findApiResource } from '../../api/api-resources.ts';
import { getIfExists } from '../../api/client.ts';
import { parseMeta } from '../../api/object-meta.ts';
import { fieldConflicts, toDryRunCall } from '../write/admission.ts';
import { writtenVersion } from '../write/field-diff.ts';
import { describeLocation, noUid, rightTo } from '../write/find-object.ts';
import { templateContainers } from '../write/pod-template.ts';
import { rolloutParsers } from '../write/rollout.ts';
import { zFallbackNamespace, zManifestFiles, zRolloutWait } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';
import type { PlannedWrite } from '../write/write-planner.ts';
import { parsePlanRecord } from '../write/write-planner.ts';
import { applyManifestCall, type Manifest, readManifests } from './manifests.ts';

const applyParams = z.strictObject({
  files: zManifestFiles,
  force: z
    .boolean()
    .meta({
      description:
        'whether to take over fields that another manager owns (default: false, which refuses the step)',
    })
    .exactOptional(),
  image: z
    .string()
    .min(1)
    .meta({ description: 'image that a container in these files must use, otherwise the step is refused' })
    .exactOptional(),
  namespace: zFallbackNamespace,
  wait: zRolloutWait,
});

type ApplyParams = z.infer<typeof applyParams>;

const maxDisplayLength = 4000;

/** Rejects manifests that would roll out another image than the requested one. Throws PlanError. */
const requireImage = (manifests: readonly Manifest[], image: string): void => {
  const images = manifests.flatMap(({ text }) =>
    templateContainers(parseYamlValue(text)).map((templateContainer) => templateContainer.image),
  );
  if (images.includes(image)) return;
  const imageText = images.length === 0 ? 'no image' : [...new Set(images)].join(', ');
  throw new PlanError('not-applicable', `the files contain ${imageText}, expected ${image}`);
};

/**
 * Reference to a document in a plan. The text stays in its file, is hashed here, and is read again before it is sent.
 */
const manifestReference = ({ file, nth, print }: Manifest): string => JSON.stringify({ file, nth, print });

const manifestDisplayText = ({ shown }: Manifest): string =>
  shown.length > maxDisplayLength
    ? `${clipped(shown, maxDisplayLength)} (${shown.length - maxDisplayLength} more characters)`
    : shown;

/** Only newly created objects can be removed by one call. */
const undoCreate = (source: string, writes: readonly PlannedWrite[]): OperationCall | undefined => {
  const [only, ...others] = writes;
  if (only === undefined || others.length > 0 || only.before?.raw !== undefined) return undefined;
  const { target, object, rights } = only;
  const kind = findApiResource(object.split('/')[0] ?? '');
  if (kind === undefined) return undefined;
  const namespace = rights[0]?.namespace;
  return {
    use: `${source}.delete`,
    with: { kind: kind.singular, name: target.name, ...defined({ namespace }) },
    title: `Delete ${object}, which did not exist before`,
  };
};

const declared = declareOperation({
  name: 'apply',
  says: 'creates or changes objects from manifests in files',
  danger: 'disruptive',
  params: applyParams,
});

/**
 * `apply`: creates or updates objects from files (server-side apply), one call per document. Refuses to change fields
 * of other managers, unless `force: true`.
 */
export const apply = defineWriteOperation(declared, (parts) => {
  const { client, io, dir } = parts;

  const planWrite = async (
    manifest: Manifest,
    params: ApplyParams,
    signal: AbortSignal,
  ): Promise<PlannedWrite> => {
    const {
      kind,
      namespace,
      path,
      call: applyCall,
    } = await applyManifestCall(parts, manifest, params, signal);
    const { name } = manifest;
    const raw = await getIfExists(client, path, signal);
    const call: KubeCall = { ...applyCall, body: manifestReference(manifest) };
    const right = { kind, namespace, name };
    return {
      call,
      displayBody: manifestDisplayText(manifest),
      dryRunCall: applyCall,
      target: {
        name,
        uid: raw === undefined ? noUid : parseMeta(raw).uid,
        saw: writtenVersion(raw),
        where: await describeLocation(client, namespace, signal),
      },
      object: `${kind.singular}/${name}`,
      readPath: path,
      rights: [rightTo('patch', right), ...(raw === undefined ? [rightTo('create', right)] : [])],
      before: { raw },
      rollsOut: rolloutParsers[kind.singular] !== undefined,
    };
  };

  /** Notes about the fields that `force` takes over and their managers. */
  const takeoverNotes = async (
    { dryRunCall: rehearsal, object }: PlannedWrite,
    signal: AbortSignal,
  ): Promise<readonly string[]> => {
    if (rehearsal === undefined) return [];
    const unforcedCall = { ...rehearsal, path: rehearsal.path.replace('force=true', 'force=false') };
    const answer = await client.dryRun(toDryRunCall(unforcedCall), signal);
    return fieldConflicts(answer).map((words) => `${object} ${words}: taken over`);
  };

  const read = (files: readonly string[], signal: AbortSignal): Promise<readonly Manifest[]> =>
    readManifests(io.files, files, dir, signal);

  return {
    pinnedValue: writtenVersion,
    prepare: async (params, signal) => {
      const manifests = await read(params.files, signal);
      if (params.image !== undefined) requireImage(manifests, params.image);
      const writes = await Promise.all(manifests.map((manifest) => planWrite(manifest, params, signal)));
      const taken =
        params.force === true ? await Promise.all(writes.map((write) => takeoverNotes(write, signal))) : [];
      const undo = undoCreate(parts.source, writes);
      return {
        writes,
        objects: [
          ...manifests.map(({ file, nth }, index) => `${writes[index]?.object}: ${file}, document ${nth}`),
          ...taken.flat(),
        ],
        ...(undo === undefined
          ? { lost: 'opsdeck does not keep the previous state: to restore it, apply the previous files' }
          : { undo }),
      };
    },
    extraDrift: async (plan, signal): Promise<TargetDrift | undefined> => {
      const now = (await read(plan.params.files, signal)).map(manifestReference);
      const changedIndex = parsePlanRecord(plan).calls.findIndex(({ body }) => !now.includes(body ?? ''));
      const target = plan.targets[changedIndex];
      return (
        target && { target: target.name, planned: 'the file as it was planned', found: 'different content' }
      );
    },
    finalizeCall: async (call, plan, _, signal) => {
      const plannedManifest = (await read(plan.params.files, signal)).find(
        (manifest) => manifestReference(manifest) === call.body,
      );
      if (plannedManifest === undefined)
        throw new WireError(
          'malformed',
          'the file has changed since the run was planned. Plan the run again',
        );
      return { ...call, body: plannedManifest.text };
    },
  };
});
