import { type CheckResult, type DoctorCheck, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
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
export const diagnoseGrafana = (client: GrafanaClient, signal: AbortSignal): Promise<readonly Finding[]> => {
  const { api, config } = client;
  const alertsCheck: DoctorCheck = {
    call: ruleStatesPath,
    run: async () => `${parseRuleAlerts(await api.read(ruleStatesPath, signal)).length} active alerts`,
  };
  return runChecks(
    api,
    [
      {
        call: healthPath,
        run: async () => {
          const { version, database } = parseHealth(await api.read(healthPath, signal));
          return `Grafana ${version === '' ? '(version hidden)' : version} at ${api.endpoint.base}, database ${database}`;
        },
      },
      ...(config.alerts ? [alertsCheck] : []),
      {
        call: dashboardsPath(config),
        run: async () => {
          const { length } = parseDashboards(await api.read(dashboardsPath(config), signal));
          return `${length} dashboards are listed in Links`;
        },
      },
      { call: permissionsPath, run: async () => rightsResults(client, await client.permissions(signal)) },
    ],
    signal,
  );
};

const rightsResults = (
  { config }: GrafanaClient,
  held: { has(right: string): boolean },
): readonly CheckResult[] => {
  const off = forOperations.filter((right) => !held.has(right));
  return [
    ...needed
      .filter(({ right, part }) => !held.has(right) && (config.alerts || part !== 'alerts'))
      .map(({ part, right, role }) =>
        lacking(
          `${part}: the token lacks ${right}`,
          `grant the permission ${right} or the role ${role} to the service account`,
        ),
      ),
    off.length === 0
      ? 'the operations annotate, endAnnotation and deleteAnnotation are permitted'
      : `the token may only read annotations, and lacks ${off.join(', ')}`,
  ];
};
