import { z } from 'zod';
import { defined } from '../../../../domain/base/defined.ts';
import { declareOperation } from '../../../kit/operations/define-operation.ts';
import { blastRadius } from '../write/blast-radius.ts';
import { findWorkload, namingParams, objectTarget, rightTo } from '../write/find-object.ts';
import { rolloutActions } from '../write/generic-actions.ts';
import {
  chooseTemplateContainer,
  containerPatch,
  strategicMergeCall,
  templateContainers,
} from '../write/pod-template.ts';
import { hasOneWorkload, oneWorkloadError, workloadParams, zContainerParam } from '../write/shared-params.ts';
import { defineWriteOperation } from '../write/write-operation.ts';

const setImageParams = z
  .strictObject({
    ...workloadParams,
    container: zContainerParam,
    image: z
      .string()
      .regex(/^(?:[a-z0-9][-a-z0-9]*=)?[^\s=]+$/, { error: 'image: registry/name:tag' })
      .meta({
        description: 'image to run. CONTAINER=IMAGE also names the container, as in kubectl set image',
      }),
  })
  .refine(hasOneWorkload, oneWorkloadError);

type SetImageParams = z.infer<typeof setImageParams>;

/** The image, and its container where one is named. */
const requestedImage = ({
  container,
  image,
}: SetImageParams): { readonly container?: string; readonly image: string } => {
  const [, named = container, reference = image] = /^([^=]+)=(.+)$/.exec(image) ?? [];
  return { ...defined({ container: named }), image: reference };
};

const declared = declareOperation({
  name: 'setImage',
  says: 'sets the image of one container',
  rights: ['patch deployments'],
  danger: 'disruptive',
  params: setImageParams,
  actions: rolloutActions(['deployment', 'statefulset', 'daemonset'], {
    verb: 'setImage',
    title: 'Set image of',
    params: [{ name: 'image', type: 'string', title: 'Image (IMAGE, or CONTAINER=IMAGE)' }],
    given: { image: '${param.image}' },
  }),
});

/** `setImage`: sets the image of one container in a workload's template. */
export const setImage = defineWriteOperation(declared, (parts) => {
  const pinnedValue = (raw: unknown, params: SetImageParams): string => {
    const { container } = requestedImage(params);
    const all = templateContainers(raw);
    const now = container === undefined ? all[0] : all.find(({ name }) => name === container);
    return now === undefined ? 'the container no longer exists in the workload' : `${now.name} ${now.image}`;
  };
  return {
    pinnedValue: pinnedValue,
    prepare: async (params, signal) => {
      const clusterObject = await findWorkload(parts, params, signal);
      const { object, path, raw } = clusterObject;
      const requested = requestedImage(params);
      const container = chooseTemplateContainer(raw, requested.container, object);
      return {
        writes: [
          {
            call: strategicMergeCall(path, containerPatch(container, { image: requested.image })),
            target: objectTarget(clusterObject, pinnedValue(raw, params)),
            object,
            readPath: path,
            rights: [rightTo('patch', clusterObject)],
            before: { raw },
            rollsOut: true,
          },
        ],
        objects: await blastRadius(parts.client, clusterObject, signal),
        undo: {
          use: `${parts.source}.setImage`,
          with: { ...namingParams(clusterObject), container: container.name, image: container.image },
          title: `Restore ${container.name} of ${object} to ${container.image}`,
          pins: 'value',
        },
      };
    },
  };
});
