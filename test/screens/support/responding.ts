import type { SeverityModel } from '../../../src/domain/facts/severity.ts';
import { gathered } from './gathered.ts';
import { shopOpen } from './shop.ts';
import type { Scene } from './user.ts';

const severity: SeverityModel = {
  severities: [
    {
      id: 'P0',
      title: 'Critical',
      rank: 1,
      respond: '15m',
      escalate: 'immediately',
      examples: [],
      covers: [],
    },
    { id: 'P1', title: 'High', rank: 2, respond: '1h', escalate: '30m', examples: [], covers: [] },
    { id: 'P2', title: 'Medium', rank: 3, respond: '4h', escalate: '2h', examples: [], covers: [] },
  ],
  of: {
    alerts: { SearchSlow: 'P2' },
    labels: { page: 'P0', critical: 'P1' },
    signals: { 'error.rate': [{ when: { op: '>=', value: 5 }, severity: 'P0' }] },
    kinds: { breakers: [{ when: 'crit', severity: 'P1' }] },
    runbooks: { 'close-breaker': 'P1', 'psp-outage': 'P0' },
    levels: [{ when: 'warn', severity: 'P2' }],
  },
};

const words = { respond: '', authority: '', when: '', covers: [] };
const open = {
  severity,
  contacts: [
    { id: 'l1', name: 'On-call engineer', role: 'first line', reach: '#payments-urgent' },
    { id: 'platform', name: 'Platform team', role: 'infrastructure', reach: 'platform@example.org' },
    { id: 'manager', name: 'Duty manager', role: '', reach: '+1-XXX-XXX-XXXX' },
    { id: 'psp', name: 'Payment provider', role: 'payments', reach: '+1-555-0100' },
    { id: 'data', name: 'Database team', role: 'performance, backup', reach: '' },
  ],
  escalation: [
    { ...words, id: 'e1', title: 'On-call engineer', contact: 'l1', authority: 'restarts, runbooks' },
    { ...words, id: 'e2', title: 'Team lead', contact: 'platform', afterMs: 1_800_000 },
    { ...words, id: 'e3', title: 'Duty manager', contact: 'manager' },
    { ...words, id: 'e4', title: 'CTO', when: 'the whole company is hit' },
  ],
  links: [
    { id: 'overview', title: 'System overview', url: 'https://grafana.example.org/d/overview' },
    {
      id: 'api',
      title: 'API documentation',
      url: 'http://localhost:8080/docs',
      note: 'in a pod: kubectl port-forward deployment/shop 8080, then this address',
    },
    { id: 'config', title: 'Configuration', file: 'k8s/production/configmap.yaml' },
  ],
  review: { owner: 'Platform Engineering', every: 'monthly', next: '2026-01-06', covers: [] },
  zone: 'UTC',
};

/** The incident with severities and contacts configured. */
export const responding = (): Scene => {
  const scene = gathered.incident();
  return { ...scene, cockpit: { ...scene.cockpit, open: { ...shopOpen, ...scene.cockpit?.open, ...open } } };
};
