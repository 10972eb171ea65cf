import type { Profile } from '../../src/domain/profile/profile.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { actuator } from '../../src/sources/actuator/index.ts';
import { http } from '../../src/sources/http/index.ts';

export const modules = [actuator, http];

const param = (name: string): string => `\${param.${name}}`;

/** One runbook per danger (safe, disruptive, destructive), and one with a manual step between two actions. */
const runbooks = `
runbooks:
  - id: louder
    title: Set a logger
    params: { level: { type: string } }
    act: [{ id: a1, title: Set the log level, use: bus.logger, with: { name: ROOT, level: "${param('level')}" } }]
    verify: none
  - id: close
    title: Close a breaker
    params: { name: { type: string, default: broker } }
    act: [{ id: a1, title: Close the breaker, use: bus.breaker, with: { name: "${param('name')}", to: close } }]
    verify: [{ id: v1, title: Breaker stays closed, that: 'all(breakers | state = closed)', within: 4s, for: 1s }]
  - id: scale
    title: Scale the bus
    params: { count: { type: int, min: 1, max: 4 } }
    act:
      - { id: a1, title: Scale the bus, use: deploy.request, danger: destructive, with: { method: POST, path: /services/bus/scale, body: { replicas: "${param('count')}" } } }
    verify: none
  - id: by-hand
    title: Disable, notify, roll back
    act:
      - { id: a1, title: Disable the breaker, use: bus.breaker, with: { name: broker, to: disable } }
      - { id: m1, title: Notify the owner, manual: true }
      - { id: a2, title: Roll the bus back, use: deploy.request, danger: disruptive, with: { method: POST, path: /services/bus/rollback } }
    verify: none
`;

const text = (env: string): string => `opsdeck: 1
system: demo
env: ${env}
tier: ${env}
sources:
  bus: { type: actuator, service: bus, instances: { bus-0: "http://bus-0.${env}.sim/actuator" } }
  deploy: { type: http, url: "http://deploy.${env}.sim", identity: { path: /services, json: { env: ${env} } } }
${runbooks}`;

/** Loads the profile of one of the two environments from its text. */
export const profileOf = async (env: string): Promise<Profile> => {
  const files = { read: async () => text(env), list: async () => [] };
  const { draft, diagnostics } = await loadProfile(`${env}.yaml`, {
    files,
    modules,
    sets: {},
    processEnv: {},
    now: 0,
  });
  if (draft === undefined) throw new Error(JSON.stringify(diagnostics));
  return (await draft.finish({ exec: async () => '' })).profile;
};
