import type { SeverityModel } from '../../../src/domain/severity.ts';
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

/** The incident, as a team sees it that has said how urgent what is, and whom to call. */
export const responding = (): Scene => {
  const scene = gathered.incident();
  return { ...scene, cockpit: { ...scene.cockpit, open: { ...shopOpen, ...scene.cockpit?.open, severity } } };
};
