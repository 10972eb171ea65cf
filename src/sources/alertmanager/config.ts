import { apiServerShape, httpConnectionShape, requireServiceUrl, z, zHttpUrl } from '../../sdk.ts';

export const alertmanagerConfig = requireServiceUrl(
  z.strictObject({
    url: zHttpUrl.meta({
      description: 'Alertmanager URL, including any route prefix',
      examples: ['http://localhost:9093'],
    }),
    severity: z
      .string()
      .meta({ description: 'name of the label that holds the severity of an alert (default: severity)' })
      .default('severity'),
    by: z
      .string()
      .meta({
        description:
          'opsdeck creates silences under this author, which Alertmanager shows as createdBy. The default is opsdeck',
      })
      .default('opsdeck'),
    ...httpConnectionShape,
    ...apiServerShape,
  }),
);

export type AlertmanagerConfig = z.infer<typeof alertmanagerConfig>;
