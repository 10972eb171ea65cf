import { httpConnectionShape, z, zHttpUrl } from '../../sdk.ts';

export const alertmanagerConfig = z.strictObject({
  url: zHttpUrl.meta({
    description: 'where Alertmanager answers, with its route prefix if it has one',
    examples: ['http://localhost:9093'],
  }),
  severity: z.string().meta({ description: "the label that holds an alert's severity" }).default('severity'),
  by: z.string().meta({ description: 'who our silences are created by' }).default('opsdeck'),
  ...httpConnectionShape,
});

export type AlertmanagerConfig = z.infer<typeof alertmanagerConfig>;
