import { z } from 'zod';
import { kinds, objectNamed } from '../../kinds.ts';
import { zName, zNamespace } from '../param-parts.ts';

const zKey = z.string().regex(/^[-._a-zA-Z0-9]+$/, { error: 'no key of a ConfigMap or a Secret' });
const zFile = z.string().min(1);

export const setDataParams = z
  .strictObject({
    configmap: zName('a ConfigMap').exactOptional(),
    secret: zName('a Secret').exactOptional(),
    key: zKey.meta({ description: 'whose value is set' }).exactOptional(),
    file: zFile.meta({ description: "the file that holds it, relative to the profile's" }).exactOptional(),
    value: z
      .string()
      .nullable()
      .meta({
        description: 'the value itself; null takes the key away. Not of a Secret: that would be written down',
      })
      .exactOptional(),
    files: z
      .record(zKey, zFile)
      .refine((files) => Object.keys(files).length > 0, { error: 'say at least one key' })
      .meta({ description: 'several keys at once, and their files' })
      .exactOptional(),
    shorter: z
      .boolean()
      .meta({ description: 'true: a certificate may end earlier than the one in place' })
      .exactOptional(),
    namespace: zName('said each time: what is set in a wrong one is not noticed'),
  })
  .refine(({ configmap, secret }) => (configmap === undefined) !== (secret === undefined), {
    error: 'say one of configmap, secret',
  })
  .refine(
    ({ key, file, value, files }) =>
      files === undefined
        ? key !== undefined && (file === undefined) !== (value === undefined)
        : key === undefined && file === undefined && value === undefined,
    { error: 'say key and one of file, value; or files' },
  )
  .refine(({ secret, value }) => secret === undefined || value === undefined, {
    error: 'the value of a Secret comes from a file: here it would be written down',
  });

export type SetDataParams = z.infer<typeof setDataParams> & { readonly wait?: string };

export const dataParams = z
  .strictObject({
    configmap: zName('a ConfigMap').exactOptional(),
    secret: zName('a Secret, of which only the names of its keys are shown').exactOptional(),
    compare: z
      .record(zKey, zFile)
      .meta({ description: "keys and files, relative to the profile's, that should hold the same" })
      .exactOptional(),
    namespace: zNamespace,
  })
  .refine(({ configmap, secret }) => (configmap === undefined) !== (secret === undefined), {
    error: 'say one of configmap, secret',
  });

export type DataParams = z.infer<typeof dataParams>;

export const keepParams = z.strictObject({
  objects: z
    .array(
      z.string().refine((name) => objectNamed(name) !== undefined, {
        error: (issue) => `"${String(issue.input)}" is no object: deployment/NAME, configmap/NAME`,
      }),
    )
    .min(1)
    .refine((names) => names.every((name) => objectNamed(name)?.kind !== kinds.secret), {
      error: 'a Secret is not kept: it would lie there in the open',
    })
    .meta({ description: 'deployment/NAME, configmap/NAME …' }),
  dir: z.string().min(1).meta({
    description:
      "a directory that is there, relative to the profile's; its new file is called after the time",
  }),
  namespace: zNamespace,
});
