import { defined } from '../../domain/base/defined.ts';
import type { Finding } from '../kit/contract/source.ts';
import { tryFinding } from '../kit/operations/json-api.ts';
import { dashboardsPath, type GrafanaClient, healthPath, permissionsPath, ruleStatesPath } from './client.ts';
import { parseDashboards, parseHealth, parseRuleAlerts } from './parse.ts';

/** The rights that each part needs. Source: Grafana docs, RBAC permissions, actions, and scopes. */
const needed: readonly { readonly part: string; readonly right: string; readonly role: string }[] = [
  { part: 'dashboards', right: 'dashboards:read', role: 'Viewer' },
  { part: 'alerts', right: 'alert.rules:read', role: 'Viewer' },
  { part: 'recorded annotations', right: 'annotations:read', role: 'Viewer' },
];

const forOperations = ['annotations:create', 'annotations:write', 'annotations:delete'] as const;

/** Examines the source: its version, its lists, and the rights of its token by name. */
export const diagnoseGrafana = async (
  client: GrafanaClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  const { source, api, config } = client;
  const rights = async (): Promise<readonly Finding[]> => {
    try {
      const held = await client.permissions(signal);
      const missing = needed
        .filter(({ right, part }) => !held.has(right) && (config.alerts || part !== 'alerts'))
        .map(
          ({ part, right, role }): Finding => ({
            source,
            ok: false,
            what: `${part}: the token lacks ${right}`,
            remedy: `grant ${right} or the role ${role} to the service account`,
          }),
        );
      const off = forOperations.filter((right) => !held.has(right));
      return [
        ...missing,
        {
          source,
          ok: true,
          what:
            off.length === 0
              ? 'annotate, endAnnotation and deleteAnnotation are permitted'
              : `the token only reads annotations, and lacks ${off.join(', ')}`,
        },
      ];
    } catch (error) {
      const { message, remedy } = api.fault(permissionsPath, error);
      return [{ source, ok: false, what: message, ...defined({ remedy }) }];
    }
  };
  const [found, permitted] = await Promise.all([
    Promise.all([
      tryFinding(api, healthPath, async () => {
        const { version, database } = parseHealth(await api.read(healthPath, signal));
        return `Grafana ${version === '' ? '(version hidden)' : version} at ${api.endpoint.base}, database ${database}`;
      }),
      ...(config.alerts
        ? [
            tryFinding(
              api,
              ruleStatesPath,
              async () => `${parseRuleAlerts(await api.read(ruleStatesPath, signal)).length} active alerts`,
            ),
          ]
        : []),
      tryFinding(api, dashboardsPath(config), async () => {
        const { length } = parseDashboards(await api.read(dashboardsPath(config), signal));
        return `${length} dashboards for Links`;
      }),
    ]),
    rights(),
  ]);
  return [...found, ...permitted];
};
