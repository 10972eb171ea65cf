import type { Json } from './forged-fields.ts';

const here = { system: 'shop', env: 'live' };
const time = Date.UTC(2026, 2, 4, 9);

/** One valid record of each file that other processes write, besides the ledger and the resets. */
export const plantedFiles: Readonly<Record<string, readonly Json[]>> = {
  'acknowledged.json': [
    {
      opsdeck: 1,
      acknowledged: [
        {
          ...here,
          finding: 'services bus',
          what: 'bus',
          level: 'crit',
          source: 'bus',
          who: 'ben',
          at: time,
          note: 'known',
        },
      ],
    },
  ],
  'checklists/records.jsonl': [
    {
      opsdeck: 1,
      ...here,
      list: 'daily',
      occurrence: '2026-03-04',
      who: 'ben',
      at: time,
      is: 'done',
      item: 'i1',
      note: '',
    },
    {
      opsdeck: 1,
      ...here,
      list: 'daily',
      occurrence: '2026-03-04',
      who: 'ben',
      at: time,
      is: 'end',
      items: [],
      run: 'r',
    },
  ],
  'incidents/INC-1.jsonl': [
    {
      ...{ seq: 1, at: time, who: 'ben' },
      entry: {
        ...{ event: 'declared', ...here, title: 'Down', severity: '', reason: '' },
        ...{ impact: '', services: '', commander: 'ben' },
      },
    },
    {
      ...{ seq: 2, at: time, who: 'ben' },
      entry: {
        ...{ event: 'sent', run: 'r', action: 'update', service: 'slack', outcome: 'sent' },
        ...{ reference: '', url: '', update: 0, text: 'x' },
      },
    },
  ],
  'drills.json': [
    {
      opsdeck: 1,
      drills: [
        {
          ...{
            id: 'd1',
            ...here,
            incident: 'breaker-open',
            title: 'Breaker open',
            at: time,
            endedAt: time + 1000,
          },
          ...{ who: 'ben', host: 'vm', pid: 1, start: '1', place: 'p', how: 'run', blind: true, seed: 1 },
          target: { severity: 'P1', respond: '15m', escalate: '30m' },
          score: {
            ...{ outcome: 'recovered', noticedMs: 1, diagnosedMs: 2, actedMs: 3, recoveredMs: 4 },
            ...{ runbook: 'debug', wrongTurns: [{ is: 'runbook', text: 'debug' }], hints: 1, totalMs: 5 },
            gates: { passed: 1, refused: 1, overridden: 0 },
          },
        },
      ],
    },
  ],
};
