import { expect, test } from 'vitest';
import { runEventLines } from '../../src/cli/run/run-lines.ts';
import type { IncidentStatus } from '../../src/domain/incidents/incident-status.ts';
import type { EndingReason, RunEnding, RunEvent } from '../../src/domain/runs/run.ts';
import { nothingVerified, stoppedAfterSending, symptomNotProved } from '../../src/domain/runs/run.ts';
import { outcomeOf } from '../../src/domain/runs/run-outcome.ts';
import { runJournalEntry } from '../../src/engine/journal/run-entries.ts';
import type { LedgerRecord } from '../../src/persistence/ledger/ledger-record.ts';
import { renderTimeline } from '../../src/persistence/ledger/timeline.ts';
import { scoreDrill } from '../../src/runs/drills/drill-score.ts';
import type { RunView } from '../../src/store/cockpit.ts';
import { everyNth, sampled } from '../support/layer.ts';
import { past } from './support/past-runs.ts';
import { acted, endedRun } from './support/runs.ts';
import { cardOf } from './support/screen.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const around = (state: IncidentStatus['state'], more: Partial<IncidentStatus> = {}): IncidentStatus => ({
  state,
  began: 4,
  remaining: 0,
  unknown: 0,
  arisen: 0,
  worst: [],
  ...more,
});

const silenced = 'Errors is silenced since 10:02 UTC by ana: not resolved';

interface Ending {
  readonly ending: RunEnding;
  readonly why?: string;
  readonly reason?: EndingReason;
  readonly incident?: IncidentStatus;
  readonly word: string;
  readonly exit: number;
}

/** All endings of docs/reference/runbooks.md, with the headline and the exit code of each. */
const endings: readonly Ending[] = [
  { ending: 'recovered', word: 'RECOVERED', exit: 0 },
  { ending: 'recovered', incident: around('all-clear'), word: 'RECOVERED', exit: 0 },
  {
    ending: 'recovered',
    incident: around('ongoing', { remaining: 1 }),
    word: 'STEP VERIFIED, INCIDENT ONGOING',
    exit: 5,
  },
  {
    ending: 'recovered',
    incident: around('unknown', {
      vanished: 1,
      worst: [{ what: 'errors', level: 'crit', why: 'errors is gone, it was 48 % before the action' }],
    }),
    word: 'STEP VERIFIED, INCIDENT UNKNOWN',
    exit: 5,
  },
  {
    ending: 'recovered',
    incident: around('unknown', { unknown: 1, worst: [{ what: 'alerts', level: 'crit', why: silenced }] }),
    word: 'STEP VERIFIED, INCIDENT UNKNOWN',
    exit: 5,
  },
  { ending: 'recovered', incident: around('clearing'), word: 'STEP VERIFIED, INCIDENT CLEARING', exit: 5 },
  { ending: 'recovered', why: nothingVerified, word: 'EXECUTED, NOT VERIFIED', exit: 0 },
  {
    ending: 'executed-not-recovered',
    reason: symptomNotProved,
    word: 'EXECUTED, SYMPTOM NOT PROVED',
    exit: 1,
  },
  { ending: 'executed-not-recovered', word: 'EXECUTED, NOT RECOVERED', exit: 1 },
  { ending: 'failed', word: 'FAILED', exit: 2 },
  {
    ending: 'cancelled',
    why: `${stoppedAfterSending}: the change is live; canceled`,
    word: 'STOPPED AFTER SENDING',
    exit: 130,
  },
  { ending: 'cancelled', word: 'CANCELED', exit: 130 },
  { ending: 'declined', word: 'DECLINED', exit: 3 },
  { ending: 'forbidden', word: 'FORBIDDEN', exit: 3 },
  { ending: 'not-applicable', word: 'NOT APPLICABLE', exit: 3 },
  { ending: 'dry-run', word: 'DRY RUN', exit: 0 },
];

const runOf = ({ ending, why = 'psp stays closed', reason, incident }: Ending): RunView => {
  const run = endedRun(ending, why, { events: acted });
  const more = {
    ...(reason === undefined ? {} : { reason }),
    ...(incident === undefined ? {} : { incident }),
  };
  return {
    ...run,
    events: run.events.map((event) => (event.event === 'ended' ? { ...event, ...more } : event)),
  };
};

const recordOf = (entry: RunEvent, index: number): LedgerRecord => ({
  ...{ seq: index + 1, prev: '', hash: '', at: '2026-03-04T10:15:07Z', who: 'ana', host: 'vm-1', pid: 4711 },
  ...{ system: 'shop', env: 'production', entry },
});

/** The text of the last copy. */
const copied = (user: User): string =>
  Buffer.from(
    [...user.terminal.written().matchAll(/\u001b\]52;c;([^\u001b]*)\u001b\\/g)].at(-1)?.[1] ?? '',
    'base64',
  ).toString('utf8');

test.each(sampled(endings, everyNth(16)))(
  '$word has one word everywhere: $ending $incident.state',
  async (currentEnding) => {
    const { ending, why = 'psp stays closed', reason, incident, word, exit } = currentEnding;
    const run = runOf(currentEnding);
    const end = run.events.find((event) => event.event === 'ended');
    if (end?.event !== 'ended' || run.proposal === undefined) throw new Error('the run has not ended');
    const scene = shop();
    const user = await openCockpit({
      size: [120, 36],
      scene: { ...scene, cockpit: { ...scene.cockpit, run } },
    });
    await user.press('H');
    const planned: RunEvent = { event: 'planned', proposal: run.proposal, run: end.run, at: 0 };
    const events = [planned, ...run.events];
    const told = {
      card: cardOf(user)[0],
      handover: copied(user),
      lines: runEventLines(end)[0],
      journal: runJournalEntry('Close', end, events)?.change,
      timeline: renderTimeline(events.map(recordOf)),
      exit: outcomeOf(end, incident).exit,
      drill: scoreDrill(0, [...events, { event: 'healed', at: 0 }]).outcome === 'recovered',
    };
    expect(told).toEqual({
      card: expect.stringMatching(new RegExp(`^. ${word}(?: |$)`)),
      handover: expect.stringContaining(` · ${word}: `),
      lines: expect.stringMatching(new RegExp(`^${word}: `)),
      journal: expect.stringMatching(new RegExp(`^${word}(?:: |$)`)),
      timeline: expect.stringContaining(`**${word}**: `),
      exit,
      drill: ending === 'recovered' && why !== nothingVerified,
    });
    const rows = await openCockpit({
      size: [160, 36],
      scene: {
        ...scene,
        cockpit: {
          ...scene.cockpit,
          runs: [past('run-9', 3, { ending, why, ...(reason && { reason }), ...(incident && { incident }) })],
        },
      },
    });
    await rows.press('U');
    const short = word.replace('EXECUTED, ', '').replace('STOPPED AFTER SENDING', 'STOPPED, SENT');
    expect(
      rows
        .rows()
        .filter((row) => row.includes('Close a circuit breaker'))
        .join('\n'),
    ).toContain(short.replace(/, INCIDENT.*/, ''));
  },
);

test.each([{ size: [80, 24] }, { size: [120, 36] }] as const)(
  'a witness that vanished and a silenced alert are named on the card, at $size',
  async ({ size }) => {
    const scene = shop();
    const linesOf = async (incident: IncidentStatus) => {
      const run = runOf({ ending: 'recovered', incident, word: '', exit: 5 });
      const user = await openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, run } } });
      return cardOf(user).join(' ').replaceAll(/\s+/g, ' ');
    };
    const why = 'errors instance=orders-1 is gone, it was 48 % before the action';
    const worst = [{ what: 'Errors orders-1', level: 'crit' as const, why }];
    expect(await linesOf(around('unknown', { vanished: 1, worst }))).toContain(
      `unknown: 4 findings: 3 cleared, 1 vanished; ${why}`,
    );
    const muted = [{ what: 'alerts Errors', level: 'crit' as const, why: silenced }];
    expect(await linesOf(around('unknown', { unknown: 1, worst: muted }))).toContain(
      `unknown: 4 findings: 3 cleared, 1 unknown; ${silenced}`,
    );
  },
);
