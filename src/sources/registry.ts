import type { SourceType } from './kit/contract/source.ts';

/** All source types. A new one is added only here. The code of a type is loaded when a profile uses it. */
export const sourceTypes: readonly SourceType[] = [
  { type: 'actuator', load: async () => (await import('./actuator/index.ts')).actuator },
  { type: 'alertmanager', load: async () => (await import('./alertmanager/index.ts')).alertmanager },
  { type: 'aws', load: async () => (await import('./aws/index.ts')).aws },
  { type: 'docker', load: async () => (await import('./docker/index.ts')).docker },
  { type: 'file', load: async () => (await import('./file/index.ts')).file },
  { type: 'github', load: async () => (await import('./github/index.ts')).github },
  { type: 'grafana', load: async () => (await import('./grafana/index.ts')).grafana },
  { type: 'host', load: async () => (await import('./host/index.ts')).host },
  { type: 'http', load: async () => (await import('./http/index.ts')).http },
  { type: 'kafka', load: async () => (await import('./kafka/index.ts')).kafka },
  { type: 'kubernetes', load: async () => (await import('./kubernetes/index.ts')).kubernetes },
  { type: 'loki', load: async () => (await import('./loki/index.ts')).loki },
  { type: 'mongodb', load: async () => (await import('./mongodb/index.ts')).mongodb },
  { type: 'pagerduty', load: async () => (await import('./pagerduty/index.ts')).pagerduty },
  { type: 'postgres', load: async () => (await import('./postgres/index.ts')).postgres },
  { type: 'prometheus', load: async () => (await import('./prometheus/index.ts')).prometheus },
  { type: 'promtext', load: async () => (await import('./promtext/index.ts')).promtext },
  { type: 'redis', load: async () => (await import('./redis/index.ts')).redis },
  { type: 'script', load: async () => (await import('./script/index.ts')).script },
  { type: 'slack', load: async () => (await import('./slack/index.ts')).slack },
];
