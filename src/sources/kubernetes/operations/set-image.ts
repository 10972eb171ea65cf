import { z } from 'zod';
import { declareOperation } from '../../define-operation.ts';
import { blastRadius } from './blast-radius.ts';
import { findNamed, namingOf, rightTo, targetOf } from './found.ts';
import { isOne, sayOne, templated, zContainer } from './param-parts.ts';
import { containerPatch, containersIn, meantContainer, strategicCall } from './pod-template.ts';
import { defineWrite } from './write-operation.ts';

const setImageParams = z
  .strictObject({
    ...templated,
    container: zContainer,
    image: z.string().regex(/^[^\s]+$/, { error: 'an image: registry/name:tag' }),
  })
  .refine(isOne, sayOne);

type SetImageParams = z.infer<typeof setImageParams>;

const declared = declareOperation({ name: 'setImage', danger: 'disruptive', params: setImageParams });

/** `setImage`: the image of one container of a workload's template. */
export const setImage = defineWrite(declared, (parts) => {
  const saw = (raw: unknown, { container }: SetImageParams): string => {
    const all = containersIn(raw);
    const now = container === undefined ? all[0] : all.find(({ name }) => name === container);
    return now === undefined ? 'no such container' : `${now.name} ${now.image}`;
  };
  return {
    saw,
    prepare: async (params, signal) => {
      const found = await findNamed(parts, params, signal);
      const { object, path, raw } = found;
      const container = meantContainer(raw, params.container, object);
      return {
        deeds: [
          {
            call: strategicCall(path, containerPatch(container, { image: params.image })),
            target: targetOf(found, saw(raw, params)),
            object,
            look: path,
            rights: [rightTo('patch', found)],
            before: { raw },
            rollsOut: true,
          },
        ],
        objects: await blastRadius(parts.client, found, signal),
        undo: {
          use: `${parts.source}.setImage`,
          with: { ...namingOf(found), container: container.name, image: container.image },
          title: `Put ${container.name} of ${object} back to ${container.image}`,
          pins: 'value',
        },
      };
    },
  };
});
