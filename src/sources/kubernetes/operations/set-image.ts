import { z } from 'zod';
import { declareOperation } from '../../define-operation.ts';
import { blastRadius } from './blast-radius.ts';
import { findWorkload, namingParams, objectTarget, rightTo } from './find-object.ts';
import {
  chooseTemplateContainer,
  containerPatch,
  strategicMergeCall,
  templateContainers,
} from './pod-template.ts';
import { hasOneWorkload, oneWorkloadError, workloadParams, zContainerParam } from './shared-params.ts';
import { defineWriteOperation } from './write-operation.ts';

const setImageParams = z
  .strictObject({
    ...workloadParams,
    container: zContainerParam,
    image: z.string().regex(/^[^\s]+$/, { error: 'image: registry/name:tag' }),
  })
  .refine(hasOneWorkload, oneWorkloadError);

type SetImageParams = z.infer<typeof setImageParams>;

const declared = declareOperation({ name: 'setImage', danger: 'disruptive', params: setImageParams });

/** `setImage`: sets the image of one container in a workload's template. */
export const setImage = defineWriteOperation(declared, (parts) => {
  const saw = (raw: unknown, { container }: SetImageParams): string => {
    const all = templateContainers(raw);
    const now = container === undefined ? all[0] : all.find(({ name }) => name === container);
    return now === undefined ? 'no such container' : `${now.name} ${now.image}`;
  };
  return {
    pinnedValue: saw,
    prepare: async (params, signal) => {
      const clusterObject = await findWorkload(parts, params, signal);
      const { object, path, raw } = clusterObject;
      const container = chooseTemplateContainer(raw, params.container, object);
      return {
        writes: [
          {
            call: strategicMergeCall(path, containerPatch(container, { image: params.image })),
            target: objectTarget(clusterObject, saw(raw, params)),
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
