import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Proposal } from '../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import { createRunRecorder } from '../../src/runs/records/recorder.ts';
import { aRun } from '../persistence/ledger/a-run.ts';
import { tempDir } from '../persistence/ledger/entries.ts';
import { manualClock } from '../support/manual-clock.ts';

const fault = {
  kind: 'denied',
  source: 's',
  message: 'text',
  at: 0,
  remedy: 'text',
  login: ['text'],
} as const;
const proofs = [{ id: 'v1', title: 'text', value: 'true', why: 'text' }] as const;
const checks = [{ what: 'role', ok: false, why: 'text', remedy: 'text' }] as const;
const step = 'a1';
const plan = {
  use: 'bus.move',
  danger: 'safe',
  targets: [{ name: 'text', uid: 'text', saw: 'text', where: 'text' }],
  calls: [{ line: 'text', body: 'text', target: 0 }],
  objects: ['text'],
  lost: 'text',
  params: { a: 'text', b: ['text'], c: { d: 'text' } },
  earlier: { a: 'text' },
} as const;

/** The plan of a run with a text in every field that can hold one. */
const proposal: Proposal = {
  ...(aRun('r1')[0] as Extract<RunEvent, { event: 'planned' }>).proposal,
  title: 'text',
  params: { a: 'text', b: ['text'] },
  names: ['text'],
  steps: [
    {
      id: step,
      title: 'text',
      manual: false,
      danger: 'safe',
      gate: { arm: false, confirm: false, preview: false, typed: false, windowMs: 0 },
      plan,
      undo: [{ use: 'bus.move', with: { a: 'text' }, title: 'text' }],
      each: { value: 'text', nth: 1, of: 1 },
      needs: 'text',
    },
  ],
  refusal: { ending: 'forbidden', why: 'text' },
  checks,
  override: 'text',
};

type Kind = RunEvent['event'];
type Happening<K extends Kind> = Omit<Extract<RunEvent, { event: K }>, 'run' | 'at'>;

/** All kinds of events with all their text fields; the type checker requires new kinds here. */
const every: { readonly [K in Kind]: Happening<K> } = {
  planned: { event: 'planned', proposal },
  diagnosed: {
    event: 'diagnosed',
    found: { step: 'd1', title: 'text', lines: ['text', 'text'], faults: [fault], done: true },
  },
  gated: { event: 'gated', passed: false, why: 'text', checks },
  confirmed: { event: 'confirmed', names: ['text'], armed: 'text' },
  window: { event: 'window', endsAt: 0 },
  incident: {
    event: 'incident',
    incident: {
      state: 'ongoing',
      began: 1,
      remaining: 1,
      unknown: 0,
      arisen: 0,
      worst: [{ what: 'text', level: 'crit' }],
      next: 'text',
    },
  },
  'approval-requested': { event: 'approval-requested', plan: 'text', forMs: 0, armed: 'text' },
  approved: { event: 'approved', plan: 'text' },
  'approval-refused': { event: 'approval-refused', plan: 'text', why: 'text' },
  'approval-withdrawn': { event: 'approval-withdrawn', plan: 'text', why: 'text' },
  acting: { event: 'acting', step, title: 'text' },
  output: { event: 'output', step, text: 'text' },
  acted: { event: 'acted', step, ok: true, result: 'text', made: { id: 'text' } },
  paused: { event: 'paused', step, endsAt: 0 },
  ticking: { event: 'ticking', step, title: 'text' },
  ticked: { event: 'ticked', step, done: true },
  before: { event: 'before', proofs },
  verifying: { event: 'verifying', proofs },
  login: { event: 'login', source: 's', why: 'text', argv: ['text', 'text'] },
  renewed: { event: 'renewed', source: 's', ok: false, why: 'text' },
  noted: { event: 'noted', text: 'text' },
  watching: { event: 'watching', until: 0, blind: 'text' },
  relapsed: { event: 'relapsed', proofs, why: 'text' },
  watched: { event: 'watched', held: true, why: 'text' },
  'forward-closed': { event: 'forward-closed', forward: 'text', why: 'text' },
  'reset-scheduled': { event: 'reset-scheduled', step: 'text', title: 'text', afterMs: 0 },
  ended: {
    event: 'ended',
    ending: 'failed',
    why: 'text',
    sent: ['text'],
    undo: [{ use: 'bus.move', with: { a: 'text' }, title: 'text' }],
  },
};

/** The same value with every 'text' in it replaced. */
const filled = <T>(value: T, text: string): T =>
  JSON.parse(JSON.stringify(value), (_key, held) => (held === 'text' ? text : held)) as T;

test('a secret in any text of any kind of event reaches neither the ledger nor the screen', async () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/_"\\ü-]{9,30}$/);
  const around = fc.stringMatching(/^[ a-z":\n=]{0,12}$/);
  await fc.assert(
    fc.asyncProperty(secret, around, around, async (hidden, before, after) => {
      await using dir = await tempDir();
      const masker = createSecretMasker();
      masker.add(hidden);
      const shown: RunEvent[] = [];
      const parts = {
        clock: manualClock(),
        who: { user: 'ana', host: 'vm-1', pid: 1 },
        system: 'demo',
        env: 'dev',
      };
      const recorder = createRunRecorder(
        'r1',
        { ...parts, ledger: await openLedger(dir.path), mask: masker.mask },
        (event) => shown.push(event),
      );
      for (const happening of Object.values(every))
        await recorder.note(filled(happening, `${before}${hidden}${after}`));
      const file = await readFile(join(dir.path, 'audit.jsonl'), 'utf8');
      for (const text of [file, JSON.stringify(shown)]) {
        expect(text).not.toContain(hidden);
        expect(text).not.toContain(JSON.stringify(hidden).slice(1, -1));
      }
      expect(shown).toHaveLength(Object.keys(every).length);
      expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: shown.length });
    }),
    { numRuns: 12 },
  );
});
